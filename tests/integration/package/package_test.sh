#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2016
# Builds the Debian package, installs it into a Debian that has nothing else, runs the node as its unit would,
# uses it, and removes it. Needs root, lintian, mmdebstrap and a Debian mirror.
#   package_test.sh BUILD_FOLDER
set -euo pipefail

build=$(realpath "$1")
work=$(mktemp -d "${TMPDIR:-/tmp}/kedge-package.XXXXXX")
node_pid=

clean_up() {
  if [[ -n $node_pid ]]; then kill -KILL "$node_pid" 2> /dev/null || true; fi
  umount "$work/root/proc" 2> /dev/null || true
  rm -rf --one-file-system "$work"
}
trap clean_up EXIT

skip() {
  echo "skipped: $1"
  exit 77
}
fail() {
  echo "FAILED (line ${BASH_LINENO[0]}): $1" >&2
  exit 1
}

for tool in cpack dpkg-deb dpkg-shlibdeps lintian man mmdebstrap setpriv systemd-analyze; do
  command -v "$tool" > /dev/null || skip "there is no $tool"
done
[[ $(id -u) -eq 0 ]] || skip "this needs root"

echo "the package"
cpack --config "$build/CPackConfig.cmake" -G DEB -B "$work/packed" > "$work/cpack.log" 2>&1 ||
  fail "$(< "$work/cpack.log")"
package=$(find "$work/packed" -name 'kedge_*.deb' -not -path '*/_CPack_Packages/*')
[[ -f $package ]] || fail "no package was made"
lintian --fail-on error,warning --tag-display-limit 0 "$package" || fail "lintian"

mkdir "$work/unpacked"
dpkg-deb -x "$package" "$work/unpacked"
unit=$work/unpacked/lib/systemd/system/kedge.service
[[ -z $(find "$work/unpacked" ! -user root -o -perm /022 ! -type l) ]] ||
  fail "something belongs to others, or others can write it"
version=$(dpkg-deb -f "$package" Version)
[[ $(zcat "$work/unpacked/usr/share/doc/kedge/changelog.gz" | head -n 1) == "kedge ($version) "* ]] ||
  fail "the changelog does not begin with version $version"

echo "the unit"
systemd-analyze security --offline=true --threshold=20 "$unit" > "$work/security" ||
  fail "$(tail -n 1 "$work/security")"
tail -n 1 "$work/security"
grep -qx 'ExecReload=/bin/kill -HUP $MAINPID' "$unit" || fail "no reload"

echo "manual pages and completions"
for page in "$work/unpacked"/usr/share/man/man1/*.gz; do
  problems=$(man --warnings -E UTF-8 -l -Tutf8 -Z "$page" 2>&1 > /dev/null)
  [[ -z $problems ]] || fail "$page: $problems"
done
while read -r command _; do
  [[ -f $work/unpacked/usr/share/man/man1/kedge-$command.1.gz ]] || fail "no page of $command"
done < <("$build/kedge" --help | sed -n '/^Commands:/,/^$/s/^  \([a-z]*\) .*/\1/p')
complete() {
  bash -c 'source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); compopt() { :; }; _kedge
    printf "%s\n" "${COMPREPLY[@]}"' - "$work/unpacked/usr/share/bash-completion/completions/kedge" "$@"
}
[[ $(complete kedge res) == restore ]] || fail "completion of commands"
[[ $(complete kedge submit --wa) == --wait ]] || fail "completion of options"
[[ $(complete kedge submit --wait sea) == sealed ]] || fail "completion of words"

echo "a clean root"
depends=$(dpkg-deb -f "$package" Depends | sed 's/systemd | //g; s/([^)]*)//g; s/ //g')
root=$work/root
mmdebstrap --quiet --mode=root --variant=minbase --include="$depends" bookworm "$root" \
  /etc/apt/sources.list.d/debian.sources 2> "$work/mmdebstrap.log" ||
  mmdebstrap --quiet --mode=root --variant=minbase --include="$depends" bookworm "$root" \
    2>> "$work/mmdebstrap.log" ||
  skip "no Debian can be made here: $(tail -n 3 "$work/mmdebstrap.log")"
mount -t proc proc "$root/proc" 2> "$work/mount.log" || skip "nothing can be mounted here: $(< "$work/mount.log")"
mknod -m 666 "$root/dev/null" c 1 3 2> /dev/null || true
mknod -m 666 "$root/dev/urandom" c 1 9 2> /dev/null || true
# What a removal may leave: the log of dpkg, and the user.
listed() {
  (cd "$root" && find . -path ./proc -prune -o -path ./var/log -prune -o -path ./var/cache -prune -o \
    -path ./var/lib/dpkg -prune -o -path ./tmp -prune -o -print | sort)
}
listed > "$work/before"
cp "$package" "$root/kedge.deb"
chroot "$root" dpkg -i /kedge.deb > "$work/install.log" 2>&1 || fail "$(< "$work/install.log")"
rm "$root/kedge.deb"
grep -q "set log.origin" "$work/install.log" || fail "nobody is told what to do next"
[[ $(stat -c '%a %U' "$root/etc/kedge/kedge.toml") == "644 root" ]] || fail "the settings' mode"
user=$(chroot "$root" id -u kedge)
group=$(chroot "$root" id -g kedge)
for folder in var/lib/kedge var/backups/kedge; do
  [[ $(stat -c '%a %u' "$root/$folder") == "700 $user" ]] || fail "the mode of $folder"
done
[[ $(chroot "$root" getent passwd kedge) == *:/usr/sbin/nologin ]] || fail "the user can log in"

# unit_line KEY: the words of a line of the unit.
unit_line() { sed -n "s/^$1=//p" "$root/lib/systemd/system/kedge.service"; }

# In the root, as the system user, without any right. Each is replaced by the next, so that the node has
# the number of the process that was started.
confined=(chroot "$root" /usr/bin/env -i PATH=/usr/bin HOME=/var/lib/kedge setpriv --reuid "$user"
          --regid "$group" --clear-groups --no-new-privs --inh-caps=-all --bounding-set=-all)
as_kedge() { "${confined[@]}" "$@"; }

echo "the node, as its unit starts it"
# A port of our own: another node may run on this machine.
sed -i 's/^listen = .*/listen = "127.0.0.1:0"/; s|^origin = .*|origin = "log.example/packaged"|' \
  "$root/etc/kedge/kedge.toml"
read -ra check < <(unit_line ExecStartPre)
read -ra begin < <(unit_line ExecStart)
as_kedge "${check[@]}" || fail "the settings are refused"
cat > "$root/start" <<'END'
#!/bin/sh
umask 077
ulimit -c 0
cd /var/lib/kedge && exec "$@"
END
chmod 755 "$root/start"
"${confined[@]}" /start "${begin[@]}" > "$work/node.log" 2>&1 &
node_pid=$!
for ((i = 0; i < 600; ++i)); do
  [[ ! -s $root/var/lib/kedge/address ]] || break
  kill -0 "$node_pid" 2> /dev/null || fail "$(< "$work/node.log")"
  sleep 0.05
done
[[ $(stat -c %u "/proc/$node_pid") == "$user" ]] || fail "the node does not run as its user"

echo "used"
settings=(--config /etc/kedge/kedge.toml)
as_kedge kedge sample --count 50 --out /var/lib/kedge/samples > /dev/null
as_kedge kedge submit /var/lib/kedge/samples "${settings[@]}" --wait final > /dev/null
one=$(find "$root/var/lib/kedge/samples" -name '*.jwt' | sort | head -n 1)
one=${one#"$root"}
as_kedge kedge prove "$one" "${settings[@]}" --out /var/lib/kedge/one.proof.json > /dev/null
as_kedge kedge verify /var/lib/kedge/one.proof.json "$one" --log-key /var/lib/kedge/log.vkey > "$work/verdict" ||
  fail "$(< "$work/verdict")"
as_kedge kedge backup "${settings[@]}" --to /var/backups/kedge/first > /dev/null || fail "no backup"
as_kedge kedge restore /var/backups/kedge/first --to /var/backups/kedge/restored > /dev/null 2>&1 ||
  fail "the backup cannot be restored"
kill -HUP "$node_pid"
as_kedge kedge status "$one" "${settings[@]}" > /dev/null || fail "the node is gone after SIGHUP"

echo "stopped"
kill -TERM "$node_pid"
wait "$node_pid" || fail "the node did not stop cleanly: $(tail -n 3 "$work/node.log")"
node_pid=
[[ ! -e $root/var/lib/kedge/cookie ]] || fail "the cookie is left"
as_kedge kedge fsck "${settings[@]}" > /dev/null || fail "the store is not clean"

echo "removed"
rm "$root/start"
chroot "$root" dpkg -r kedge > "$work/remove.log" 2>&1 || fail "$(< "$work/remove.log")"
[[ ! -e $root/usr/bin/kedge && -e $root/etc/kedge/kedge.toml ]] || fail "a removal keeps the settings alone"
chroot "$root" dpkg -P kedge > "$work/purge.log" 2>&1 || fail "$(< "$work/purge.log")"
# A log cannot be made again: it is kept, and its owner is told.
[[ -d $root/var/lib/kedge/store ]] || fail "the log is gone"
grep -q "/var/lib/kedge holds a log" "$work/purge.log" || fail "nobody is told what is left"
rm -r "$root/var/lib/kedge" "$root/var/backups/kedge"
listed > "$work/after"
left=$(comm -13 "$work/before" "$work/after" | grep -vE '^\./etc/(passwd|group|shadow|gshadow)-?$|^\./etc/\.pwd\.lock$' || true)
[[ -z $left ]] || fail "left behind: $left"
[[ -z $(comm -23 "$work/before" "$work/after") ]] || fail "gone: $(comm -23 "$work/before" "$work/after")"

echo "purged without a log"
cp "$package" "$root/kedge.deb"
chroot "$root" dpkg -i /kedge.deb > "$work/install.log" 2>&1 || fail "$(< "$work/install.log")"
rm "$root/kedge.deb"
chroot "$root" dpkg -P kedge > "$work/purge.log" 2>&1 || fail "$(< "$work/purge.log")"
for folder in etc/kedge var/lib/kedge var/backups/kedge; do
  [[ ! -e $root/$folder ]] || fail "$folder is left"
done
echo "package_test: passed"
