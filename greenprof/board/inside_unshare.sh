# Process 1 of a sandbox that is made without bubblewrap, in namespaces that unshare(1) has made.
# Arguments: an empty folder, the working folder, then triples (what, from, to) up to the word run, then the command.
set -eu
root=$1 folder=$2
shift 2
mount --make-rprivate /
mount -t tmpfs -o mode=755,size=1m,nosuid,nodev contest "$root"
while [ "$1" != run ]; do
  what=$1 from=$2 to=$root$3
  shift 3
  mkdir -p "${to%/*}"
  case $what in
    link) ln -s "$from" "$to" ;;
    folder)
      mkdir -p "$to"
      mount --rbind "$from" "$to"
      mount -o remount,bind,ro,nosuid,nodev "$to"
      ;;
    file)
      : >"$to"
      mount --bind "$from" "$to"
      mount -o remount,bind,ro,nosuid,nodev "$to"
      ;;
    device)
      : >"$to"
      mount --bind "$from" "$to"
      ;;
    memory)
      mkdir -p "$to"
      mount -t tmpfs -o "mode=700,size=$from,nosuid,nodev" contest "$to"
      ;;
  esac
done
shift
mkdir -p "$root/proc"
mount -t proc -o nosuid,nodev,noexec contest "$root/proc"
hostname contest
cd "$root"
mount -o remount,bind,ro,nosuid,nodev "$root"
pivot_root . . # the old root lies on the new one then, and is taken off
umount -l .
cd /
echo 0 >/proc/sys/user/max_user_namespaces
cd "$folder"
set +e
setpriv --no-new-privs --bounding-set=-all --inh-caps=-all --ambient-caps=-all -- "$@"
exit $?
