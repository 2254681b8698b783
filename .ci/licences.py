"""Reads a bill of materials (CycloneDX, JSON), prints the licences in it, and refuses those that are not allowed.

A component with several licences may be used under any of them.
"""

import json
import sys
from collections import defaultdict
from pathlib import Path

ALLOWED = {
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "CC0-1.0",
    "EPL-2.0",
    "Bouncy Castle Licence",  # the text of MIT
    "MIT",
    "MIT-0",
    "MPL-2.0",
    "0BSD",
}

# What POMs write instead of an SPDX identifier.
NAMES = {
    "Apache License, Version 2.0": "Apache-2.0",
    "The Apache Software License, Version 2.0": "Apache-2.0",
    "Eclipse Public License - Version 2.0": "EPL-2.0",
    "Go License": "BSD-3-Clause",
    "Public Domain, per Creative Commons CC0": "CC0-1.0",
}


def licences(component: dict) -> set[str]:
    found = set()
    for entry in component.get("licenses", []):
        licence = entry.get("license", {})
        name = entry.get("expression") or licence.get("id") or licence.get("name") or ""
        found.update(part.strip("() ") for part in NAMES.get(name, name).split(" OR "))
    return found


def main(bom: Path) -> int:
    components = json.loads(bom.read_text(encoding="utf-8"))["components"]
    if len(components) < 20:
        print(f"{bom}: only {len(components)} components; is it the bill of the whole program?", file=sys.stderr)
        return 1
    by_licence: dict[str, list[str]] = defaultdict(list)
    refused = []
    for component in components:
        name = f"{component.get('group', '')}:{component['name']}:{component['version']}"
        found = licences(component)
        usable = sorted(found & ALLOWED)
        if usable:
            by_licence[usable[0]].append(name)
        else:
            refused.append(f"{name}: {', '.join(sorted(found)) or 'no licence'}")
    for licence, names in sorted(by_licence.items()):
        print(f"{licence} ({len(names)})")
        print("".join(f"  {name}\n" for name in sorted(names)), end="")
    for line in refused:
        print(f"not allowed: {line}", file=sys.stderr)
    return 1 if refused else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
