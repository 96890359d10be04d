"""What a board does by itself to let its LEDs blink, and to put them back as they were."""

FOLDER = "/run/picluster"
SCRIPT = f"{FOLDER}/blink"
UNIT = "picluster-blink.service"

# What an LED did before is kept until it does so again: of a second blink that begins before the
# first has ended, the first one's note counts. /run is in memory, as the state of the LEDs is. The
# kernel shows the trigger in force in brackets.
BLINK = r"""#!/bin/sh
# Lets the board's LEDs blink, or puts them back as they were: blink on|restore
set -eu
leds=/sys/class/leds
kept=/run/picluster/leds
now() {
  word=$(sed -n 's/.*\[\([^]]*\)\].*/\1/p' "$1/trigger")
  echo "${word:-$(cat "$1/trigger")}"
}
case "$1" in
on)
  mkdir -p "$kept"
  found=
  for name in ACT PWR led0 led1; do
    led=$leds/$name
    if [ ! -e "$led/trigger" ]; then continue; fi
    found=1
    if [ ! -e "$kept/$name" ]; then
      echo "$(now "$led") $(cat "$led/brightness")" >"$kept/.$name"
      mv "$kept/.$name" "$kept/$name"
    fi
    echo timer >"$led/trigger"
    for half in on off; do
      if [ -e "$led/delay_$half" ]; then echo 100 >"$led/delay_$half"; fi
    done
  done
  if [ -z "$found" ]; then
    echo "Error: this board has no LED of its own: none of ACT, PWR, led0 and led1 is in $leds" >&2
    exit 1
  fi
  ;;
restore)
  for note in "$kept"/*; do
    if [ ! -e "$note" ]; then continue; fi
    led=$leds/${note##*/}
    read -r trigger brightness <"$note"
    echo "$trigger" >"$led/trigger"
    # Any other trigger sets it by itself.
    if [ "$trigger" = none ]; then echo "$brightness" >"$led/brightness"; fi
    rm -f "$note"
  done
  ;;
*) echo "blink: unknown word $1" >&2; exit 2 ;;
esac
"""


def start(seconds: int) -> str:
    """A shell command that takes BLINK on standard input, and begins.

    The end is arranged before the beginning: systemd restores the LEDs when the time is over, when
    somebody stops the unit, and when its process is killed, with or without this connection.
    """
    return (
        f"set -e; mkdir -p {FOLDER}; cat >{SCRIPT}; "
        # One that blinks already ends now, and restores.
        f"systemctl stop {UNIT} 2>/dev/null || true; "
        f"systemd-run --quiet --collect --unit={UNIT} "
        f"--property=ExecStopPost='/bin/sh {SCRIPT} restore' sleep {seconds}; "
        f"/bin/sh {SCRIPT} on || {{ systemctl stop {UNIT}; exit 1; }}"
    )
