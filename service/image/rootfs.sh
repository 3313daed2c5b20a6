#!/usr/bin/env bash
# Lays out the root file system of the image: the three programs, the shared libraries that they need, the
# authorities of the web, the time zones (of budgets), the terminals (of inferwire chat), and nothing else: no shell,
# no package manager.
# Usage: rootfs.sh BINARIES ROOT
#
# Dockerfile copies it into an empty image; without an engine `./dev image` runs it as it is. Needs Debian, since
# var/lib/dpkg/status.d tells scanners the package and version of each library, as distroless images do.
set -euo pipefail
binaries=$1 root=$2
programs=(inferwire-server inferwire inferwire-simulator)

rm -rf "$root"
mkdir -p "$root"/{dev,etc/ssl/certs,etc/inferwire,proc,sys,tmp,usr/bin,usr/lib,usr/share/doc,var/lib/dpkg/status.d}
for link in bin lib; do ln -s "usr/$link" "$root/$link"; done
chmod 1777 "$root/tmp"

for program in "${programs[@]}"; do
  if readelf --section-headers --wide "$binaries/$program" | grep bolt_info >/dev/null; then
    install -m 755 "$binaries/$program" "$root/usr/bin/"  # is without debug information; strip would break it
  else
    strip --strip-debug -o "$root/usr/bin/$program" "$binaries/$program"
  fi
done

# The libraries at the paths at which the loader looks for them.
ldd "${programs[@]/#/$binaries/}" | sed -n -e 's/.* => \(\/[^ ]*\) .*/\1/p' -e 's/^\t\(\/[^ ]*\) .*/\1/p' | sort -u |
  while read -r library; do
    path=$(dirname "$(realpath "$(dirname "$library")")/x")
    mkdir -p "$root$path"
    [[ $library == /lib64/* ]] && ln -sfn "usr/lib64" "$root/lib64"
    cp -L "$library" "$root$path/$(basename "$library")"
  done

cp -L /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/"
# Each zone once: posix/ and right/ are copies, and a program that speaks UTC needs no time of its own.
mkdir -p "$root/usr/share/zoneinfo"
(cd /usr/share/zoneinfo && tar -c --exclude=./posix --exclude=./right --exclude=./localtime --exclude=./posixrules --exclude='*.tab' .) |
  tar -x -C "$root/usr/share/zoneinfo"
# What inferwire chat edits lines with: the usual terminals, and which bytes are a character.
mkdir -p "$root/usr/lib/terminfo" "$root/usr/lib/locale/C.utf8"
cp -R /lib/terminfo/. "$root/usr/lib/terminfo/"
cp /usr/lib/locale/C.utf8/LC_CTYPE "$root/usr/lib/locale/C.utf8/"
echo "hosts: files dns" >"$root/etc/nsswitch.conf"
echo "inferwire:x:65532:65532::/:/nonexistent" >"$root/etc/passwd"
echo "inferwire:x:65532:" >"$root/etc/group"
cp /etc/os-release "$root/etc/"

# What is in the programs, for whoever asks which of them a CVE concerns.
mkdir -p "$root/usr/share/doc/inferwire"
version=$("$binaries/inferwire" --version | cut -d' ' -f2)
"$(dirname "$0")/sbom.py" "$binaries/.." "$version" "${programs[@]/#/$binaries/}" >"$root/usr/share/doc/inferwire/sbom.cdx.json"

# Whose files these are, with their licences. Packages know some libraries by /lib, which is a link to /usr/lib.
mapfile -t files < <(find "$root/usr/lib" "$root/usr/lib64" -type f 2>/dev/null | sed "s|^$root||")
packages=$({ dpkg -S "${files[@]}" "${files[@]#/usr}" 2>/dev/null || true; } | cut -d: -f1 | sort -u)
# libcurl is linked statically: its package stands for it.
for package in $packages ca-certificates libcurl4 tzdata; do
  dpkg-query -W -f='Package: ${Package}\nStatus: ${Status}\nVersion: ${Version}\nArchitecture: ${Architecture}\nSource: ${source:Package} (${source:Version})\nMaintainer: ${Maintainer}\n' \
    "$package" | awk 'NF' >"$root/var/lib/dpkg/status.d/$package"
  mkdir -p "$root/usr/share/doc/$package"
  cp -L "/usr/share/doc/$package/copyright" "$root/usr/share/doc/$package/"
done
