"""The commands: they parse, call and print; what they say is computed elsewhere."""

from __future__ import annotations

import sys
from io import TextIOWrapper

from engine.cli.printing import direction_detected
from engine.errors import SupplylineError
from engine.language import language_of_environment, speak, speaking, spoken


def main() -> None:
    """Run the command line; bad input ends with exit code 2 and one message per problem."""
    from engine.cli.app import app, language_asked

    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # a letter that it cannot hold is written out
            stream.reconfigure(errors="backslashreplace")
    with speaking(spoken()):  # what is asked for holds for this command
        try:
            speak(language_of_environment())
            speak(language_asked(sys.argv[1:])[0] or spoken())
            with direction_detected():
                app(prog_name="supplyline")
        except SupplylineError as error:
            from engine.cli.printing import complain

            complain(error, as_json="--json" in sys.argv)
            sys.exit(2)
