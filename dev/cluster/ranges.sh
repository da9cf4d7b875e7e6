# shellcheck shell=bash
# IPv4 ranges as numbers: do two of them overlap? Pure arithmetic.

address_number() { # 10.42.0.1 -> integer
  local a b c d
  IFS=. read -r a b c d <<<"$1"
  printf '%d' $(((${a:-0} << 24) + (${b:-0} << 16) + (${c:-0} << 8) + ${d:-0}))
}

range_bounds() { # a.b.c.d[/n] -> first last
  local address=${1%/*} length=32 first size
  case $1 in */*) length=${1#*/} ;; esac
  size=$((1 << (32 - length)))
  first=$(($(address_number "$address") / size * size))
  printf '%d %d' "$first" $((first + size - 1))
}

ranges_overlap() { # range, range
  local first_a last_a first_b last_b
  read -r first_a last_a <<<"$(range_bounds "$1")"
  read -r first_b last_b <<<"$(range_bounds "$2")"
  ((first_a <= last_b && first_b <= last_a))
}

is_range() { # well formed a.b.c.d/n
  local a b c d length
  [[ $1 =~ ^([0-9]{1,3})\.([0-9]{1,3})\.([0-9]{1,3})\.([0-9]{1,3})/([0-9]{1,2})$ ]] || return 1
  a=${BASH_REMATCH[1]} b=${BASH_REMATCH[2]} c=${BASH_REMATCH[3]} d=${BASH_REMATCH[4]} length=${BASH_REMATCH[5]}
  ((10#$a < 256 && 10#$b < 256 && 10#$c < 256 && 10#$d < 256 && 10#$length >= 8 && 10#$length <= 24))
}
