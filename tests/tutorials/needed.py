"""Does a wrong answer add anything to the others that are kept?

    uv run python tests/tutorials/needed.py EXERCISE

prints each sentence that the check of an exercise says, and the wrong answers that get it. Numbers,
indices and quoted texts do not make another sentence. Of several answers with one sentence, keep
the mistakes that learners make. A check of predictions gives its reasons at the third try only.
"""

import re
import sys

from answers import ROUTES, exercises, kept, lessons

from publishing.teaching.grades import Attempt, graded


def sentence(check: str) -> str:
    """What a check says, without what depends on the numbers and names of one answer."""
    text, _, _ = check.partition(": ")[2].partition(" See it with: ")
    text = re.sub(r"stops with .* \.\.\. ", "stops with _. ", text)
    text = re.sub(r"has the entries .*?, not .*?\. ", "has the entries _, not _. ", text)
    text = re.sub(r"(\[[^\]]*\])+|'[^']*'|-?\b\d[\d.]*(e[-+]?\d+)?|-?\b(inf|nan)\b", "_", text)
    text = re.sub(r"\(_?(, _)*,?\)", "(_)", text)
    return re.sub(r" is .{,42}?, not .{,42}?\. ", " is _, not _. ", text)


def main(exercise: str) -> None:
    """Print the sentences of a check with the answers that get them."""
    page = exercises()[exercise]
    wrong = {name: Attempt(each.source) for name, each in kept("wrong", exercise).items()}
    grades = graded(lessons()[page], {exercise: wrong}, ROUTES.settings)[exercise]
    told: dict[str, list[str]] = {}
    for name in wrong:
        told.setdefault(sentence(grades[name]["check"] or ""), []).append(name)
    for text, names in sorted(told.items()):
        print(text, *names, sep="\n    ")


if __name__ == "__main__":
    main(sys.argv[1])
