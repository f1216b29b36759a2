"""A solution is changed a little; if it then gives something else than promised, it is refused."""

import pytest
from answers import exercises, lessons
from mutants import inputs, mutants

# Mutants that a check lets pass although they differ, by exercise and name, with the reason.
SURVIVORS: dict[str, dict[str, str]] = {
    "cross-attention": {
        "guards: logits = jnp.einsum('bthk,bshk->bhts', query, key) / np.sqrt(query.shape[-1]) -> "
        "logits = jnp.einsum('bthk,bshk->bhts', query, key) / (np.sqrt(query.shape[-1]) + 0.001)": (
            "within the tolerance; the judge sees it in a gradient that is 0 but for rounding"
        ),
    },
    "repair-three": {
        "names: return hk.fori_loop(0, 4, lambda _, h: drop_half(h), x) -> "
        "return hk.fori_loop(0, 4, lambda _, h: drop_half(h), _as('float16', x))": (
            "the check sees which entries survive, and their values to one part in a thousand"
        ),
    },
    "looped-stack": {
        "arguments: return hk.scan(lambda h, _: (stack(h), None), x, None, length=rounds)[0] -> "
        "return _spoil(x, hk.scan(lambda h, _: (stack(h), None), x, None, length=rounds)[0])": (
            "the check calls it under transform and jit, where x is a tracer that cannot be deleted"
        ),
    },
    "same-outputs-other-training": {
        "arguments: return x @ self.words.embedding[...].T -> "
        "return _spoil(words, x @ self.words.embedding[...].T)": (
            "the check calls it under jit, where the words are a tracer that cannot be deleted"
        ),
    },
}


KINDS = {cell.exercise: cell.kind for each in lessons().values() for cell in each.solved.code}
CHANGED = [exercise for exercise in exercises() if KINDS[exercise] != "predict"]


def names(exercise: str) -> list[str]:
    """The names of the mutants of an exercise."""
    solved = lessons()[exercises()[exercise]].solved
    return [mutant.name for mutant in mutants(solved, exercise)]


@pytest.mark.parametrize("exercise", CHANGED)
def test_a_solution_has_enough_mutants_and_inputs_to_judge_them_on(exercise):
    assert len(set(names(exercise))) == len(names(exercise)) >= 15
    assert inputs(exercise)


@pytest.mark.slow
@pytest.mark.parametrize(
    "exercise",
    [pytest.param(e, id=e, marks=pytest.mark.xdist_group(exercises()[e])) for e in CHANGED],
)
def test_a_mutant_that_differs_is_refused_with_a_sentence(exercise, results):
    listed = SURVIVORS.get(exercise, {})
    told = [
        f"{r.mutant.name}\n  {r.state}: {r.sentence}"
        for r in results
        if r.state in ("survives", "stumbles")
    ]
    assert [text for text in told if text.partition("\n")[0] not in listed] == [], "\n\n".join(told)
    gone = listed.keys() - {text.partition("\n")[0] for text in told}
    assert gone == set(), f"these no longer survive; take them from the list: {gone}"


def test_at_most_one_mutant_in_fifty_survives():
    assert SURVIVORS.keys() <= set(CHANGED)
    made = sum(len(names(exercise)) for exercise in CHANGED)
    assert sum(map(len, SURVIVORS.values())) <= 0.02 * made
