"""What people call runs, in every kind of storage."""

from __future__ import annotations

import pytest

from protomodels.database import Labels, Storage
from protomodels.database.naming import run_id
from protomodels.errors import ConfigError, NotFoundError
from tests.storages import new_run


def ids(storage: Storage, **wanted: object) -> list[str]:
    return [run.id for run in storage.list_runs(**wanted)]  # type: ignore[arg-type]  # filters only


def called(storage: Storage, run: str) -> tuple[str | None, str, tuple[str, ...]]:
    found = storage.get_run(run)
    return found.name, found.note, found.tags


class TestLabels:
    """The contract."""

    def test_a_run_is_found_by_what_it_is_called(self, storage: Storage) -> None:
        stop = storage.create_run(new_run(labels=Labels("stop-7", "first\nµ", ("b", "a", "b"))))
        other = storage.create_run(new_run(labels=Labels(tags=("a",))))
        plain = storage.create_run(new_run())
        assert called(storage, stop) == ("stop-7", "first\nµ", ("a", "b"))
        assert called(storage, plain) == (None, "", ())
        assert ids(storage, tags=["a"]) == [other, stop] and ids(storage, tags=["a", "b"]) == [stop]
        assert ids(storage, tags=["none"]) == [] and ids(storage, name="stop-7") == [stop]
        assert ids(storage, name="STOP-7") == []
        assert run_id(storage, "stop-7") == stop and run_id(storage, "latest") == plain
        assert run_id(storage, "rffffffff") == "rffffffff"
        with pytest.raises(NotFoundError, match="run: got stop-8; allowed: the id or the name of a stored run"):
            run_id(storage, "stop-8")

    def test_what_is_not_given_stays(self, storage: Storage) -> None:
        run = storage.create_run(new_run(labels=Labels("one", "words", ("a", "b"))))
        storage.label_run(run, add=["c"], remove=["a", "never"])
        assert called(storage, run) == ("one", "words", ("b", "c"))
        storage.label_run(run, name="two")
        storage.label_run(run, note="")
        assert called(storage, run) == ("two", "", ("b", "c"))
        storage.label_run(run, name="", tags=["d"])
        assert called(storage, run) == (None, "", ("d",))
        storage.label_run(run, name="two")
        storage.label_run(run, name="two")  # its own
        storage.delete_run(run)
        assert called(storage, storage.create_run(new_run(labels=Labels("two")))) == ("two", "", ())

    def test_a_name_is_that_of_one_run(self, storage: Storage) -> None:
        first = storage.create_run(new_run(labels=Labels("mine")))
        taken = f"name: got mine; allowed: a name that no other run has; run {first} has it"
        with pytest.raises(ConfigError, match=taken):
            storage.create_run(new_run(labels=Labels("mine")))
        other = storage.create_run(new_run())
        with pytest.raises(ConfigError, match=taken):
            storage.label_run(other, name="mine", note="lost")
        assert called(storage, other) == (None, "", ()) and ids(storage) == [other, first]
        with pytest.raises(NotFoundError, match="run: got r00000001"):
            storage.label_run("r00000001", note="")

    @pytest.mark.parametrize(
        ("labels", "words"),
        [
            (Labels("latest"), "name: got latest"),
            (Labels("best"), "name: got best"),
            (Labels("r0123abcd"), "name: got r0123abcd"),
            (Labels("17"), "name: got 17"),
            (Labels(""), "name: got ;"),
            (Labels("a b"), "name: got a b"),
            (Labels("a\n"), "name: got"),
            (Labels("a" * 65), "name: got"),
            (Labels(note="\0"), "note: got a NUL"),
            (Labels(note="a" * 10_001), "note: got 10001 characters"),
            (Labels(tags=("a b",)), "tag: got a b"),
            (Labels(tags=("",)), "tag: got ;"),
            (Labels(tags=tuple(f"t{n}" for n in range(51))), "tags: got 51 tags"),
        ],
    )
    def test_what_no_run_is_called(self, storage: Storage, labels: Labels, words: str) -> None:
        with pytest.raises(ConfigError, match=words):
            storage.create_run(new_run(labels=labels))
        assert storage.list_runs() == []

    def test_labels_go_along_into_another_storage(self, storage: Storage) -> None:
        run = storage.create_run(new_run(labels=Labels("mine", "words", ("a", "b"))))
        whole = storage.whole_run(run)
        storage.delete_run(run)
        again = storage.add_whole_run(whole, "read again")
        assert called(storage, again) == ("mine", "words", ("a", "b"))
        storage.delete_run(again)
        other = storage.create_run(new_run(labels=Labels("mine")))
        third = storage.add_whole_run(whole, "read a third time")
        assert called(storage, third) == (None, "words", ("a", "b"))
        said = [event.message for _, event in storage.log(third)]
        assert f"its name mine was left out: run {other} has it here" in said
