# SPDX-License-Identifier: Apache-2.0
# Twinbank's boot script for U-Boot, with the variables of its boot counter: upgrade_available, bootcount, bootlimit, and slot, which
# is A or B. It counts by itself, for a U-Boot built without CONFIG_BOOTCOUNT_LIMIT, and only the boots of a trial.
#
# The board sets, in its compiled environment:
#   twinbank_boot  boots the bank ${twinbank_slot}, A or B, with ${bootargs}, and returns if that doesn't load
#   twinbank_save  keeps the environment; saveenv if it isn't set
#
# What begins with tb_ is a variable of the shell, which saveenv doesn't keep. twinbank_slot and the change to bootargs are undone
# before anything is kept.

if test -z "${twinbank_save}"; then setenv twinbank_save saveenv; fi
tb_args="${bootargs}"

# Without an environment both banks are tried, in turn.
if test -z "${slot}"; then
  setenv slot A
  setenv upgrade_available 1
  setenv bootcount 0
  setenv bootlimit 3
  setenv twinbank_default 1
fi
if test -z "${bootcount}"; then setenv bootcount 0; fi
tb_first=A
tb_second=B
if test "${slot}" = B; then
  tb_first=B
  tb_second=A
fi
tb_kind=permanent
if test "${upgrade_available}" = 1; then
  tb_kind=trial
  if test "${twinbank_default}" = 1; then tb_kind=both; fi
fi

# Each turn selects a bank and boots it; the next one comes if that doesn't load. What is kept is kept before the jump, so that an image
# that hangs at once ends as well.
for tb_turn in 1 2 3; do
  tb_slot=none
  if test ${tb_kind} = permanent; then
    if test ${tb_turn} = 1; then tb_slot=${tb_first}; fi
    if test ${tb_turn} = 2; then
      # From now on the other one is permanent: a bank that loads now and then would make the board swing between the two.
      setenv slot ${tb_second}
      run twinbank_save
      tb_slot=${tb_second}
    fi
  fi
  if test ${tb_kind} != permanent && test ${tb_turn} = 1; then
    if test ${bootcount} -lt ${bootlimit}; then
      setexpr bootcount ${bootcount} + 1
      run twinbank_save
      tb_slot=${tb_first}
    fi
  fi
  if test ${tb_kind} = trial; then
    if test ${tb_turn} = 2; then
      setenv slot ${tb_second}
      setenv upgrade_available 0
      setenv bootcount 0
      setenv twinbank_fellback 1
      run twinbank_save
      tb_slot=${tb_second}
    fi
    if test ${tb_turn} = 3; then
      # nothing to fall back to
      setenv slot ${tb_first}
      setenv upgrade_available 1
      setenv bootcount ${bootlimit}
      setenv twinbank_fellback
      run twinbank_save
      tb_slot=${tb_first}
    fi
  fi
  if test ${tb_kind} = both && test ${tb_turn} != 1; then
    tb_slot=${tb_second}
    if test ${tb_turn} = 3; then tb_slot=${tb_first}; fi
    setenv slot ${tb_slot}
    setenv bootcount 1
    run twinbank_save
  fi

  if test ${tb_slot} != none; then
    setenv twinbank_slot ${tb_slot}
    setenv bootargs "${tb_args} twinbank.slot=${tb_slot}"
    run twinbank_boot
    setenv twinbank_slot
    setenv bootargs "${tb_args}"
  fi
done
echo "twinbank: no bank loads, slot ${slot}"
