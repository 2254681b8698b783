"""Checkpoints that cannot be used are refused by name; broken weights never become one."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Callable

import pytest
import torch
from refrag_train.checkpoint import differences, read_checkpoint
from refrag_train.model import CompressedDecoder
from refrag_train.stage import Stage
from test_stage import data, stop_after  # noqa: F401

MakeStage = Callable[..., Stage]


@pytest.fixture
def folder(tiny_stage: MakeStage, data: Path, tmp_path: Path) -> Path:  # noqa: F811
    """The run folder of a stage that was stopped after 4 of 8 steps."""
    stop_after(tiny_stage(data, tmp_path / "run"), 4)
    return tmp_path / "run"


def truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1000])


def empty(path: Path) -> None:
    path.write_bytes(b"")


def flip_a_bit(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def replace_by_text(path: Path) -> None:
    path.write_text("not a checkpoint")


@pytest.mark.parametrize("damage", [truncate, empty, flip_a_bit, replace_by_text])
def test_a_damaged_checkpoint_is_refused_wherever_it_is_read(
    damage: Callable[[Path], None], folder: Path, tiny_stage: MakeStage, data: Path, tiny_base: Path, tmp_path: Path  # noqa: F811
) -> None:
    path = folder / "checkpoint.pt"
    damage(path)
    with pytest.raises(ValueError, match="run/checkpoint.pt is"):
        tiny_stage(data, folder)
    with pytest.raises(ValueError, match="run/checkpoint.pt is"):
        tiny_stage(data, tmp_path / "next", init=path)
    with pytest.raises(ValueError, match="run/checkpoint.pt is"):
        CompressedDecoder.load(tiny_base, path)


def test_missing_keys_are_named(tmp_path: Path) -> None:
    torch.save({"config": {}}, tmp_path / "c.pt")
    with pytest.raises(ValueError, match="c.pt has no rng, state; expected a checkpoint with config, state, rng"):
        read_checkpoint(tmp_path / "c.pt", ("config", "state", "rng"))
    torch.save([1], tmp_path / "c.pt")
    with pytest.raises(ValueError, match="c.pt has no state"):
        read_checkpoint(tmp_path / "c.pt", ("state",))


def changed(path: Path, change: Callable[[dict[str, Any]], None]) -> Path:
    """The checkpoint again, changed."""
    content = torch.load(path, weights_only=True)
    change(content)
    torch.save(content, path)
    return path


def test_tensors_of_other_names_or_shapes_are_refused(
    folder: Path, tiny_stage: MakeStage, data: Path, tmp_path: Path  # noqa: F811
) -> None:
    def cut(content: dict[str, Any]) -> None:
        content["state"]["layers.3.o.lora_a"] = content["state"]["layers.3.o.lora_a"][:2]

    path = changed(folder / "checkpoint.pt", cut)
    for make in (lambda: tiny_stage(data, folder), lambda: tiny_stage(data, tmp_path / "next", init=path)):
        with pytest.raises(ValueError, match=r"checkpoint.pt: 1 tensors .* layers.3.o.lora_a is \[2, 64\], expected \[4, 64\]"):
            make()
    changed(path, lambda content: content["state"].pop("layers.3.o.lora_a"))
    with pytest.raises(ValueError, match="checkpoint.pt: tensors differ from the model's: .*layers.3.o.lora_a"):
        tiny_stage(data, folder)


def test_another_optimiser_is_refused(folder: Path, tiny_stage: MakeStage, data: Path) -> None:  # noqa: F811
    changed(folder / "checkpoint.pt", lambda content: content["optimizer"]["param_groups"].pop())
    with pytest.raises(ValueError, match="checkpoint.pt: optimiser or random state does not fit"):
        tiny_stage(data, folder)


def test_weights_of_another_model_configuration_are_no_start(
    folder: Path, tiny_stage: MakeStage, data: Path, tmp_path: Path  # noqa: F811
) -> None:
    """A scale changes no shape: the weights would be read, and mean something else."""
    with pytest.raises(ValueError, match="checkpoint.pt was made with another configuration: lora_scale is 1.0, was 2.0"):
        tiny_stage(data, tmp_path / "next", ("rank = 4", "rank = 4\nlora_scale = 1.0"), init=folder / "checkpoint.pt")


def test_a_checkpoint_of_other_chunk_sizes_is_a_start_only_where_it_lacks_some(
    folder: Path, tiny_stage: MakeStage, data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]  # noqa: F811
) -> None:
    init = folder / "checkpoint.pt"
    saved = torch.load(init, weights_only=True)["state"]
    stage = tiny_stage(data, tmp_path / "more", ("chunk_sizes = [4]", "chunk_sizes = [4, 32]"), init=init)
    assert f'{{"init": "{init}", "fresh_poolings": [32]}}' in capsys.readouterr().out
    own = stage.model.trained()
    assert all(torch.equal(own[name], tensor) for name, tensor in saved.items())
    assert not bool(own["pool.pools.32.linear.weight"].any())
    changes = (("chunk_sizes = [4]", "chunk_sizes = [8]"), ("chunk_tokens = [4]", "chunk_tokens = [8]"))
    with pytest.raises(ValueError, match=r"checkpoint.pt was made with another configuration: chunk_sizes\[0\] is 8, was 4"):
        tiny_stage(data, tmp_path / "others", *changes, init=init)


def test_a_decoder_may_learn_prompts_with_another_opening(
    folder: Path, tiny_stage: MakeStage, data: Path, tiny_base: Path, tmp_path: Path  # noqa: F811
) -> None:
    change = ("rank = 4", 'rank = 4\nopening = "Asked: {question}"')
    stage = tiny_stage(data, tmp_path / "next", change, init=folder / "checkpoint.pt")
    stage.run()
    assert CompressedDecoder.load(tiny_base, tmp_path / "next" / "checkpoint.pt").config.opening == "Asked: {question}"


def test_a_checkpoint_from_before_targets_were_a_setting_has_adapters_everywhere(
    folder: Path, tiny_stage: MakeStage, data: Path, tiny_base: Path, tmp_path: Path  # noqa: F811
) -> None:
    old = changed(folder / "checkpoint.pt", lambda content: content["config"].pop("targets"))
    assert CompressedDecoder.load(tiny_base, old).config.targets == ("qkv", "o", "gate_up", "down")
    tiny_stage(data, tmp_path / "next", init=old)
    with pytest.raises(ValueError, match=r"targets is \('o',\), was \('qkv', "):
        tiny_stage(data, tmp_path / "other", ("rank = 4", 'rank = 4\ntargets = ["o"]'), init=old)


@pytest.mark.parametrize(
    "change, named",
    [
        (("steps = 8", "steps = 9"), r"steps is 9, was 8"),
        (("rank = 4", "rank = 2"), r"model.rank is 2, was 4"),
        (("injection_layer = 2", "injection_layer = 0"), r"model.injection_layer is 0, was 2"),
        (("chunks = [1, 2]", "chunks = [1, 1]"), r"reconstruction\[0\].chunks\[1\] is 1, was 2"),
        (("{ set = 1 }", "{ set = 2 }"), r"answering\[0\].sets.set is 2, was 1"),
    ],
)
def test_a_changed_stage_is_not_resumed(
    change: tuple[str, str], named: str, folder: Path, tiny_stage: MakeStage, data: Path  # noqa: F811
) -> None:
    before = (folder / "checkpoint.pt").read_bytes()
    with pytest.raises(ValueError, match=f"checkpoint.pt was made with another configuration: {named}$"):
        tiny_stage(data, folder, change)
    assert (folder / "checkpoint.pt").read_bytes() == before


def test_all_differences_are_found_and_tuples_count_as_lists() -> None:
    saved = {"a": [1, 2], "b": {"c": 1, "d": [{"e": 1}]}, "f": (1, 2)}
    assert differences(saved, saved | {"f": [1, 2]}) == []
    assert differences(saved, {"a": [1], "b": {"c": 2, "d": [{"e": 1}]}, "f": (1, 2), "g": 0}) == [
        "a is [1], was [1, 2]",
        "b.c is 2, was 1",
        "g is 0, was None",
    ]


@pytest.mark.parametrize("broken", ["loss", "gradient"])
@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_a_loss_or_gradient_that_is_not_finite_stops_the_stage_and_leaves_its_checkpoint(
    broken: str, value: float, folder: Path, tiny_stage: MakeStage, data: Path, monkeypatch: pytest.MonkeyPatch  # noqa: F811
) -> None:
    import refrag_train.stage

    class Break(torch.autograd.Function):
        """Passes values on; the gradient is broken."""

        @staticmethod
        def forward(ctx: Any, x: torch.Tensor) -> torch.Tensor:
            return x.clone()

        @staticmethod
        def backward(ctx: Any, gradient: torch.Tensor) -> torch.Tensor:  # type: ignore[override]
            return gradient * value

    losses = refrag_train.stage.token_losses

    def break_it(*args: Any) -> Any:
        loss, weight, right = losses(*args)
        return (loss * value if broken == "loss" else Break.apply(loss)), weight, right  # type: ignore[no-untyped-call]

    before = (folder / "checkpoint.pt").read_bytes()
    stage = tiny_stage(data, folder)
    monkeypatch.setattr(refrag_train.stage, "token_losses", break_it)
    with pytest.raises(FloatingPointError, match=rf"^step 5, \w+: the {broken} is (nan|inf); expected a finite number$"):
        stage.run(save_every=0.0)
    assert (folder / "checkpoint.pt").read_bytes() == before
    assert all(bool(t.isfinite().all()) for t in stage.model.trained().values())
