// A picture of a map below the sketch, fitted by points that are known on both.

import { make, part } from "./dom.js";
import { nameOf } from "./drawn.js";
import { coordinates, fitOf, isMirrored, toPixel, toWorld, unfitted } from "./fit.js";
import { tr } from "./language.js";
import { attempted, complain, map, now, page, render } from "./sketchstate.js";

export async function onPicture(file) {
  const url = URL.createObjectURL(file);
  const image = new Image();
  image.src = url;
  try {
    await image.decode();
  } catch {
    URL.revokeObjectURL(url);
    complain([tr("{name} is no picture that can be shown; expected PNG or JPEG.", { name: file.name })]);
    return;
  }
  const size = [image.naturalWidth, image.naturalHeight];
  page.picture = { url, size, name: file.name, matrix: unfitted(size, map), fitted: false };
  const kept = page.known.picture;
  page.points = [];
  if (kept?.name === file.name && String(kept.size) === String(size)) {
    page.points = kept.points.map(({ pixel, at }) => ({ pixel, at }));
    fitPicture();
    page.isFitNew = false;
    render();
    return;
  }
  document.querySelector("[name=mode][value=fit]").checked = true;
  render();
}

// The picture that was fitted in an earlier session, where it lies beside the tables.
export async function showKeptPicture() {
  if (page.known.picture?.here) {
    const found = await fetch("picture");
    if (found.ok) {
      const data = await found.blob();
      await onPicture(new File([data], page.known.picture.name, { type: data.type }));
    }
  }
}

// How the picture was fitted, for the file beside the tables; nothing unless that has changed.
export function fitToKeep() {
  const { picture, points } = page;
  const used = points.filter(({ at }) => at);
  return page.isFitNew && picture?.fitted
    ? { picture: { name: picture.name, size: picture.size, points: used.map(({ pixel, at }) => ({ pixel, at })) } }
    : {};
}

export function onPicturePoint(_, world) {
  if (!page.picture) {
    complain([tr("Choose a picture first.")]);
    return;
  }
  if (page.points.length === 3) {
    complain([tr("Three points are enough: remove one to set another.")]);
    return;
  }
  page.points.push({ pixel: toPixel(page.picture.matrix, world), at: null });
  render();
  document.querySelector("#points li:last-child input").focus();
}

function fitPicture() {
  const known = page.points.filter(({ at }) => at);
  if (known.length < 2) {
    render();
    return;
  }
  const matrix = attempted(() => fitOf(known));
  if (matrix) {
    Object.assign(page.picture, { matrix, fitted: true });
    page.isFitNew = true;
    if (isMirrored(matrix)) {
      complain([tr("The picture lies as in a mirror: two of its points are probably exchanged.")]);
    }
    const [width, height] = page.picture.size;
    map.fit(
      [
        [0, 0],
        [width, height],
        [width, 0],
        [0, height],
      ].map((pixel) => toWorld(matrix, pixel)),
    );
  }
  render();
}

// A point is known by its coordinates, or by a place that has them.
function knownAt(text) {
  const place = now().places.find((one) => nameOf(one).toLowerCase() === text.trim().toLowerCase());
  return place ? [place.lat, place.lon] : coordinates(text);
}

function pointItem(point, number) {
  const input = make("input", { value: point.at ? point.at.join(", ") : "", autocomplete: "off" });
  input.setAttribute("aria-label", tr("Point {number}: latitude, longitude, or a place", { number: number + 1 }));
  input.placeholder = tr("36.21, 37.16 or a place");
  input.addEventListener("change", () => {
    point.at = knownAt(input.value);
    if (point.at) {
      fitPicture();
    } else {
      complain([tr("“{text}” is neither a place nor latitude, longitude.", { text: input.value })]);
    }
  });
  const remove = make(
    "button",
    { type: "button", "aria-label": tr("Remove point {number}", { number: number + 1 }) },
    tr("remove"),
  );
  remove.addEventListener("click", () => {
    page.points.splice(number, 1);
    fitPicture();
  });
  return make("li", {}, input, " ", remove);
}

function pictureTold() {
  if (!page.picture) {
    const kept = page.known.picture;
    return kept ? tr("{name} was fitted before: choose it again, and it lies as it did.", { name: kept.name }) : "";
  }
  if (!page.picture.fitted) {
    return tr(
      "Click a point of the picture that you can locate, and type where it lies; two points at least, far apart.",
    );
  }
  const used = page.points.filter(({ at }) => at).length;
  return used === 2
    ? tr("Fitted by two points: scaled and turned. A third one takes out a skew.")
    : tr("Fitted by three points.");
}

export function takePictureAway() {
  URL.revokeObjectURL(page.picture.url);
  Object.assign(page, { picture: null, points: [] });
  part.picture.value = "";
  render();
}

export function renderPoints() {
  part.points.replaceChildren(...page.points.map(pointItem));
  part["picture-fit"].hidden = !(page.picture || page.known.picture);
  part["picture-away"].hidden = !page.picture;
  part["picture-told"].textContent = pictureTold();
}
