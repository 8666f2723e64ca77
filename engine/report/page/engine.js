// What needs the engine, with two sides: a server on this machine, or what it computed in advance.

import { spokenCode, tr } from "./language.js";

export class RefusedError extends Error {
  constructor(problems, stale) {
    super(problems.join("\n"));
    this.problems = problems;
    this.stale = stale;
  }
}

// In which language to answer.
const inOurs = () => ({ "supplyline-language": spokenCode() });

// The server that sent the page: all of its answers are JSON, what is wrong comes as problems.
export class Served {
  constructor(live, ask = (...request) => fetch(...request)) {
    this.live = live;
    this.ask = ask;
    this.doing = null;
  }

  async get(path, query = {}) {
    return this.answered(
      await this.ask(`${path}?${new URLSearchParams(query)}`, { cache: "no-store", headers: inOurs() }),
    );
  }

  async post(path, body) {
    return this.answered(await this.ask(path, { method: "POST", body, headers: inOurs() }));
  }

  async answered(response) {
    const said = await response.json().catch(() => ({ problems: [tr("the engine gave no answer")] }));
    if (!response.ok) {
      throw new RefusedError(said.problems ?? [tr("the engine gave no answer")], response.status === 409);
    }
    return said;
  }

  async told(path, body) {
    this.doing = this.post(path, JSON.stringify({ revision: this.live.revision, ...body }));
    this.live = await this.doing;
    return this.live;
  }

  act(action) {
    return this.told("act", { action });
  }

  save(name) {
    return this.told("save", { name });
  }

  write() {
    return this.told("write", {});
  }

  take(number) {
    return this.told("take", { number });
  }

  drop(file, source = "") {
    return this.post(`drop?${new URLSearchParams({ name: file.name, source })}`, file);
  }

  // The same file in another form, or once it is known which party is which actor.
  understand(number, source, parties) {
    return this.post("understand", JSON.stringify({ number, source, parties }));
  }

  read(body, name, published) {
    return this.post(`read?${new URLSearchParams({ name, published })}`, body);
  }

  accept(number, rows, again) {
    return this.told("accept", { number, rows, again });
  }

  takeBack() {
    return this.told("take-back", {});
  }

  // `side` is "before" for the answer without the changes.
  day(day, side = "after") {
    return this.get("day", { revision: this.live.revision, day, side });
  }

  async chances(day, side = "after") {
    const query = day === null ? { side } : { day, side };
    return (await this.get("chances", { revision: this.live.revision, ...query })).routes;
  }

  // Waits until somebody else, or a file, has changed something.
  async changed() {
    const { revision } = await this.get("wait", { revision: this.live.revision });
    await Promise.resolve(this.doing).catch(() => null); // an answer to ourselves may be on its way
    if (revision === this.live.revision) {
      return false;
    }
    this.live = await this.get("state");
    return true;
  }
}
