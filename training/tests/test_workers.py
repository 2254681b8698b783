"""Several processes, and less memory, make the same steps."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import fields
from pathlib import Path
from typing import Callable

import pytest
import served
import torch
from refrag_train.layout import ChunkRef, Row, Segment, collate, token_losses
from refrag_train.states import StateCache
from refrag_train.workers import Workers
from test_model import SINK, make
from test_stage import data, uneven_data  # noqa: F401


def gradients(base: Path, recompute: bool) -> dict[str, torch.Tensor]:
    model = make(base)
    model.recompute = recompute
    cache = StateCache(model, SINK, {"p": list(range(10, 18))}.__getitem__)
    batch = collate([Row([SINK, ChunkRef("p", 0), ChunkRef("p", 1)], [Segment([3, 4, 5], [0.0, 1.0, 1.0])])], 4, 64, cache)
    token_losses(model, batch)[0].sum().backward()  # type: ignore[no-untyped-call]
    return {n: p.grad for n, p in model.named_parameters() if p.grad is not None}


def test_gradient_checkpointing_gives_the_same_gradients(tiny_base: Path) -> None:
    plain, again = gradients(tiny_base, False), gradients(tiny_base, True)
    assert plain.keys() == again.keys()
    assert all(torch.equal(plain[name], again[name]) for name in plain)


def test_gradients_become_their_mean_and_unused_parameters_stay_so(monkeypatch: pytest.MonkeyPatch) -> None:
    grads: list[list[list[float] | None]] = [[[1.0, 2.0], None, [5.0], None], [[3.0, 6.0], [4.0], None, None]]
    processes = [[torch.nn.Parameter(torch.zeros(n)) for n in (2, 1, 1, 1)] for _ in grads]
    for own, parameters in zip(grads, processes):
        for grad, p in zip(own, parameters):
            p.grad = None if grad is None else torch.tensor(grad)
    sent: list[torch.Tensor] = []

    def found_of(parameters: list[torch.nn.Parameter], reduce: Callable[[torch.Tensor], torch.Tensor]) -> None:
        workers = Workers("cpu")
        workers.count = 2
        monkeypatch.setattr(workers, "_sum", reduce)
        workers.average(parameters)

    def record(value: torch.Tensor) -> torch.Tensor:
        sent.append(value)
        return value

    copies = [[torch.nn.Parameter(p.detach().clone()) for p in parameters] for parameters in processes]
    for parameters, copy in zip(processes, copies):
        for p, c in zip(parameters, copy):
            c.grad = p.grad
        found_of(copy, record)
    for parameters in processes:
        found_of(parameters, lambda _: sent[0] + sent[1])
        assert [None if p.grad is None else p.grad.tolist() for p in parameters] == [[2.0, 4.0], [2.0], [2.5], None]


def test_a_batch_moves_with_all_its_tensors(tiny_base: Path) -> None:
    cache = StateCache(make(tiny_base), SINK, {"p": list(range(10, 18))}.__getitem__)
    batch = collate([Row([SINK, ChunkRef("p", 0)], [Segment([3, 4], [0.0, 1.0])])], 4, 64, cache).to(torch.device("meta"))
    assert all(getattr(batch, f.name).is_meta for f in fields(batch))


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a CUDA device")
def test_a_device_that_is_not_there_is_refused() -> None:
    with pytest.raises(ValueError, match="device is cuda; PyTorch finds none here"):
        Workers("cuda")


STAGE = """name = "two"
steps = 4
[model]
injection_layer = 1
rank = 2
chunk_sizes = [4]
pool_hidden = 8
[[reconstruction]]
sets = ["set"]
chunk_tokens = [4]
chunks = [1, 2]
tokens = 16
"""


EACH = """from hashlib import sha256
from refrag_train import run, stage

save = run.Run.save


def save_and_tell(self):
    save(self)
    trained = [p.detach().numpy().tobytes() for p in self.trained.parameters() if p.requires_grad]
    (self.folder / f"trained.{self.workers.rank}").write_text(sha256(b"".join(trained)).hexdigest())


run.Run.save = save_and_tell
stage.main()
"""


def test_two_processes_train_together(tmp_path: Path) -> None:
    """On the CPU, with the environment that launchers set: one checkpoint, one log, the same steps in both."""
    data, base, out = uneven_data(tmp_path / "data", passages=4), served.base(served.BUNDLES[1], tmp_path / "base"), tmp_path / "out"
    (base / "tokenizer_config.json").write_text(json.dumps({"tokenizer_class": "PreTrainedTokenizerFast"}))
    (tmp_path / "two.toml").write_text(STAGE)
    (tmp_path / "each.py").write_text(EACH)
    launcher = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node=2"]
    stage = [str(tmp_path / "each.py"), "--config", str(tmp_path / "two.toml"), "--base", str(base), "--data", str(data)]
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[1]), "OMP_NUM_THREADS": "1"}
    command = [*launcher, *stage, "--out", str(out), "--dtype", "float32", "--gradient-checkpointing"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.count('"skipped"') == 1
    saved = torch.load(out / "checkpoint.pt", weights_only=True)
    assert saved["step"] == 4 and saved["stage"]["processes"] == 2
    assert json.loads((out / "run.json").read_text())["processes"] == 2
    assert (out / "trained.0").read_text() == (out / "trained.1").read_text()
    assert not (tmp_path / "training.lock").exists()
