#!/usr/bin/env bash
# Builds the image of deploy/Dockerfile from this checkout and prints its size. See --help.
set -euo pipefail

usage() {
  cat <<'HELP'
Usage: deploy/build-image.sh [--tag TAG] [--packaged] [--local-base] [--check]

Packages the application where that is needed, then builds deploy/Dockerfile. Needs a Docker engine.

  --tag TAG      name of the image; default: refrag:VERSION
  --packaged     app/target is up to date: do not run Maven
  --local-base   pull nothing: make refrag-local-base of Debian's packages (apt-get, dpkg-deb), and refrag-local-jdk with
                 the JDK of JAVA_HOME or the newest one below /usr/lib/jvm; it must be 25 or newer
  --check        build nothing: end with 0 if this machine can, else with 2 and the reason
HELP
}

fail() {
  echo "build-image: $1" >&2
  exit 2
}

root=$(cd "$(dirname "$0")/.." && pwd)
tag=
packaged=
local_base=
check=
while [ $# -gt 0 ]; do
  case $1 in
    --tag) tag=${2:?--tag needs a name}; shift ;;
    --packaged) packaged=yes ;;
    --local-base) local_base=yes ;;
    --check) check=yes ;;
    --help) usage; exit 0 ;;
    *) usage >&2; fail "unknown option '$1'" ;;
  esac
  shift
done

# The feature release of a JDK, 0 where there is none.
release() {
  sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release" 2>/dev/null | grep . || echo 0
}

jdk() {
  local candidate
  for candidate in "${JAVA_HOME:-}" $(printf '%s\n' /usr/lib/jvm/*/ | sort -rV); do
    if [ -n "$candidate" ] && [ -x "$candidate/bin/jlink" ] && [ "$(release "$candidate")" -ge 25 ]; then
      echo "$candidate"
      return
    fi
  done
  fail "no JDK 25 or newer; set JAVA_HOME to one"
}

command -v docker >/dev/null || fail "there is no docker"
docker version --format '{{.Server.Version}}' >/dev/null 2>&1 || fail "no Docker engine answers"
if [ -n "$local_base" ]; then
  for tool in apt-get dpkg-deb; do
    command -v "$tool" >/dev/null || fail "there is no $tool, which --local-base needs"
  done
  jdk=$(jdk)
fi
[ -z "$check" ] || exit 0
[ -n "$packaged" ] || "$root/refrag" --version >/dev/null
jars=("$root"/app/target/app-*.jar)
[ -f "${jars[0]}" ] && [ -d "$root/app/target/lib" ] || fail "$root/app/target has no jar; run mvn -pl app -am package"
[ ${#jars[@]} -eq 1 ] || fail "there are several of app/target/app-*.jar: ${jars[*]}"
version=${jars[0]##*/app-}
version=${version%.jar}
tag=${tag:-refrag:${version,,}}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# What the distroless base holds: Debian's C and C++ libraries, and a user.
local_base() {
  local packages=(base-files libc6 libgcc-s1 libstdc++6)
  local base=$work/base
  mkdir -p "$work/debs" "$base/etc" "$base/tmp"
  (
    cd "$work/debs"
    apt-get -q download "${packages[@]}" busybox-static ||
      { apt-get -q update && apt-get -q download "${packages[@]}" busybox-static; }
  ) >"$work/log" 2>&1 || { cat "$work/log" >&2; fail "apt-get download failed"; }
  local package
  for package in "${packages[@]}"; do
    dpkg-deb -x "$work"/debs/"${package}"_*.deb "$base"
  done
  rm -rf "$base"/usr/share/{doc,man,lintian,info} "$base"/usr/lib/*/gconv
  chmod 755 "$base"
  chmod 1777 "$base/tmp"
  printf '%s\n' 'root:x:0:0:root:/root:/sbin/nologin' 'nonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin' \
    >"$base/etc/passwd"
  printf '%s\n' 'root:x:0:' 'nonroot:x:65532:' >"$base/etc/group"
  echo 'hosts: files dns' >"$base/etc/nsswitch.conf"
  tar -C "$base" --owner=0 --group=0 --numeric-owner -c . | docker import - refrag-local-base >/dev/null
}

# The base with a JDK, and the shell that the steps of a Dockerfile need.
local_jdk() {
  local shell=$work/shell applet
  mkdir -p "$shell"
  dpkg-deb -x "$work"/debs/busybox-static_*.deb "$shell/deb"
  mkdir "$shell/bin"
  cp "$shell"/deb/bin/busybox "$shell/bin"
  for applet in $("$shell/bin/busybox" --list); do
    [ -e "$shell/bin/$applet" ] || ln -s busybox "$shell/bin/$applet"
  done
  cat >"$shell/Dockerfile" <<'JDK'
FROM refrag-local-base
ENV PATH=/opt/jdk/bin:/usr/bin:/bin
COPY bin /bin
COPY jdk /opt/jdk
JDK
  # Links lead out of a JDK where the system keeps the certificates. Names that begin with a dot are the JDK's.
  tar -c -C "$shell" Dockerfile bin -C "$jdk" --dereference --exclude=./lib/src.zip --transform 's,^\.,jdk,' . |
    docker build --quiet --tag refrag-local-jdk - >/dev/null
}

arguments=()
if [ -n "$local_base" ]; then
  local_base
  local_jdk
  arguments=(--build-arg BASE_IMAGE=refrag-local-base --build-arg JDK_IMAGE=refrag-local-jdk)
fi
revision=$(git -C "$root" rev-parse HEAD 2>/dev/null || echo unknown)
docker build --file "$root/deploy/Dockerfile" --tag "$tag" "${arguments[@]}" \
  --build-arg VERSION="$version" --build-arg REVISION="$revision" "$root"
bytes=$(docker image inspect --format '{{.Size}}' "$tag")
echo "$tag: $((bytes / 1000000)) MB"
