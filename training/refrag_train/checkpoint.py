"""Reads checkpoints: a damaged or foreign one is refused under its file's name, before anything of it is used."""

from __future__ import annotations

import pickle
import zipfile
from pathlib import Path
from typing import Any

import torch


def read_checkpoint(path: Path, keys: tuple[str, ...]) -> dict[str, Any]:
    """What a file of `CompressedDecoder.save` holds: at least `keys`. Checksums of all tensors are compared."""
    try:
        with zipfile.ZipFile(path) as archive:
            damaged = archive.testzip()
        content = torch.load(path, map_location="cpu", weights_only=True) if damaged is None else None
    except (zipfile.BadZipFile, pickle.UnpicklingError, RuntimeError, EOFError) as e:
        raise ValueError(f"{path} is no whole checkpoint: {e}") from e
    if damaged is not None:
        raise ValueError(f"{path} is damaged: the checksum of {damaged} is wrong")
    missing = sorted(set(keys) - set(content)) if isinstance(content, dict) else list(keys)
    if missing:
        raise ValueError(f"{path} has no {', '.join(missing)}; expected a checkpoint with {', '.join(keys)}")
    assert isinstance(content, dict)
    return content


def refuse_differences(path: Path, saved: dict[str, Any], given: dict[str, Any]) -> None:
    """ValueError naming every setting of the checkpoint `path` that is no longer the same."""
    found = differences(saved, given)
    if found:
        raise ValueError(f"{path} was made with another configuration: {'; '.join(found)}")


def differences(saved: Any, given: Any, name: str = "") -> list[str]:
    """Settings that differ, each with both values; an element of a list goes by its index, a tuple counts as a list."""
    if isinstance(saved, dict) and isinstance(given, dict):
        keys = sorted(saved.keys() | given.keys())
        pairs = [(saved.get(key), given.get(key), f"{name}.{key}" if name else key) for key in keys]
    elif isinstance(saved, (list, tuple)) and isinstance(given, (list, tuple)) and len(saved) == len(given):
        pairs = [(s, g, f"{name}[{i}]") for i, (s, g) in enumerate(zip(saved, given))]
    else:
        return [] if saved == given else [f"{name} is {given}, was {saved}"]
    return [line for pair in pairs for line in differences(*pair)]
