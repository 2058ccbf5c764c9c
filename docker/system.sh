#!/bin/sh
# Puts into the folder $1 what Node.js needs of a Debian system, and nothing else: the root of the images.
set -eu
root=$1
node=/usr/local/bin/node

# The program, the libraries it is linked with and what loads them, each where it was.
for file in "$node" $(ldd "$node" | grep -o '/[^ ]*'); do
  mkdir -p "$root$(dirname "$file")"
  cp -L "$file" "$root$file"
done

# Scanners read here what the libraries are and of which version, as in Google's distroless images.
mkdir -p "$root/var/lib/dpkg/status.d"
for package in $(ldd "$node" | grep -o '/[^ ]*' | xargs -n 1 readlink -f | while read -r file; do
  dpkg-query --search "$file" "${file#/usr}" 2>/dev/null | cut -d : -f 1
done | sort -u); do
  dpkg-query --status "$package" >"$root/var/lib/dpkg/status.d/$package"
done
mkdir -p "$root/etc/ssl/certs"
cp -L /etc/os-release "$root/etc/os-release"

# Node trusts the same authorities without it; this is for what asks for a file, such as sslrootcert.
node -p 'require("node:tls").rootCertificates.join("\n")' >"$root/etc/ssl/certs/ca-certificates.crt"

# Names are looked up in /etc/hosts, then by DNS; glibc has both built in.
echo 'hosts: files dns' >"$root/etc/nsswitch.conf"
cat >"$root/etc/passwd" <<PASSWD
root:x:0:0:root:/:/sbin/nologin
qflow:x:1000:1000:Qflow Comms:/app:/sbin/nologin
PASSWD
cat >"$root/etc/group" <<GROUP
root:x:0:
qflow:x:1000:
GROUP
mkdir -m 1777 "$root/tmp"
mkdir "$root/app"

# The same layer whenever it is made of the same files.
find "$root" -exec touch --no-dereference --date=@0 {} +
