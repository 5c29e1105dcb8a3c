#!/bin/sh
# Makes the guest's kernel and initramfs out of Debian packages. Runs as root inside the folder of
# a built release, whose own libraries it takes; writes nothing but the working directory:
# vmlinuz, initramfs.cpio.gz, packages. Beside this script lie `init` and `freeze-hook`.
set -eu
here=$(dirname "$0")
work=$(pwd)

# The release's folder stays as it is: apt keeps its lists and its cache here.
mkdir -p apt/lists/partial apt/cache/archives/partial debs parts ram
printf 'Dir::State::lists "%s/apt/lists";\nDir::Cache "%s/apt/cache";\n' "$work" "$work" >apt/conf
export APT_CONFIG="$work/apt/conf"
apt-get -o Acquire::Check-Valid-Until=false -o APT::Sandbox::User=root update
kernel=$(apt-cache depends --important linux-image-cloud-amd64 | sed -n 's/^ *Depends: //p')
cd debs
apt-get -o APT::Sandbox::User=root download \
    "$kernel" busybox-static qemu-guest-agent e2fsprogs libext2fs2t64
for deb in *.deb; do
    dpkg-deb -x "$deb" ../parts
    dpkg-deb --show "$deb"
done >../packages
cd ..

parts="$work/parts"
busybox="$parts/usr/bin/busybox"
libraries="$parts/usr/lib/x86_64-linux-gnu"
mkdir -p ram/bin ram/sbin ram/modules ram/proc ram/sys ram/dev ram/run ram/data
mknod ram/dev/console c 5 1 # or init's complaints go nowhere
cp "$busybox" ram/bin/
cp "$here/init" "$here/freeze-hook" ram/
chmod 755 ram/init ram/freeze-hook
for program in qemu-ga mke2fs; do
    cp "$parts/usr/sbin/$program" ram/sbin/
    LD_LIBRARY_PATH="$libraries" ldd "$parts/usr/sbin/$program"
done >needed
if grep 'not found' needed; then
    exit 1
fi
grep -o '/[^ ]*' needed | grep '\.so' | sort -u | while read -r library; do
    case $library in
    "$work"/*) to=/lib/x86_64-linux-gnu/${library##*/} ;;
    *) to=$library ;;
    esac
    mkdir -p "ram$(dirname "$to")"
    cp -L "$library" "ram$to"
done

# In the order they need each other; what a kernel has built in, it has no file of.
number=10
for module in virtio_ring virtio virtio_pci_legacy_dev virtio_pci_modern_dev virtio_pci \
    virtio_console virtio_blk crc16 mbcache libcrc32c crc32c_generic jbd2 ext4; do
    found=$(find parts/usr/lib/modules -name "$module.ko*")
    case $found in
    *.ko.xz) "$busybox" unxz -c "$found" >"ram/modules/$number-$module.ko" ;;
    *.ko) cp "$found" "ram/modules/$number-$module.ko" ;;
    "") grep -q "/$module\.ko" parts/usr/lib/modules/*/modules.builtin ||
        echo "the kernel has no module $module" ;;
    *) echo "cannot unpack $found" && exit 1 ;;
    esac
    number=$((number + 1))
done

cp parts/boot/vmlinuz-* vmlinuz
(cd ram && find . | "$busybox" cpio -o -H newc) | gzip -9 >initramfs.cpio.gz
rm -r apt debs parts ram needed
