# SPDX-License-Identifier: Apache-2.0
# Twinbank's boot script for U-Boot, with the variables of RAUC. Only the boots of a trial are counted, so that power cycles cost a
# confirmed system nothing, not even a write.
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
if test -z "${BOOT_ORDER}"; then
  setenv BOOT_ORDER "A B"
  setenv BOOT_A_LEFT 3
  setenv BOOT_B_LEFT 3
  setenv twinbank_trial both
fi
tb_first=A
tb_second=B
if test "${BOOT_ORDER}" = "B A" || test "${BOOT_ORDER}" = "B"; then
  tb_first=B
  tb_second=A
fi
tb_kind=trial
if test -z "${twinbank_trial}"; then tb_kind=permanent; fi
if test "${twinbank_trial}" = both; then
  tb_kind=both
  tb_first=A
  tb_second=B
  if test "${BOOT_A_LEFT}" = 0 && test "${BOOT_B_LEFT}" = 0; then
    setenv BOOT_A_LEFT 3
    setenv BOOT_B_LEFT 3
  fi
fi

# Each turn selects a bank and boots it; the next one comes if that doesn't load.
for tb_turn in 1 2 3 4; do
  tb_slot=none
  tb_count=none
  if test ${tb_kind} = permanent; then
    if test ${tb_turn} = 1; then tb_slot=${tb_first}; fi
    if test ${tb_turn} = 2; then
      # From now on the other one is permanent: a bank that loads now and then would make the board swing between the two.
      setenv BOOT_ORDER "${tb_second} ${tb_first}"
      setenv BOOT_${tb_second}_LEFT 3
      run twinbank_save
      tb_slot=${tb_second}
    fi
  fi
  if test ${tb_kind} = trial; then
    if test ${tb_turn} = 1; then tb_count=${tb_first}; fi
    if test ${tb_turn} = 2; then
      setenv BOOT_${tb_first}_LEFT 0
      setenv twinbank_fellback 1
      run twinbank_save
      tb_slot=${tb_second}
    fi
    if test ${tb_turn} = 3; then
      # nothing to fall back to
      setenv twinbank_fellback
      run twinbank_save
      tb_slot=${tb_first}
    fi
  fi
  if test ${tb_kind} = both; then
    if test ${tb_turn} = 1; then tb_count=A; fi
    if test ${tb_turn} = 2; then
      setenv BOOT_A_LEFT 0
      tb_count=B
    fi
    if test ${tb_turn} = 3; then
      # nothing with an attempt left loads
      setenv BOOT_B_LEFT 0
      run twinbank_save
      tb_slot=B
    fi
    if test ${tb_turn} = 4; then tb_slot=A; fi
  fi

  # The count is kept before the jump, so that an image that hangs at once ends as well.
  if test ${tb_count} != none; then
    tb_left=0
    if test ${tb_count} = A && test -n "${BOOT_A_LEFT}"; then tb_left=${BOOT_A_LEFT}; fi
    if test ${tb_count} = B && test -n "${BOOT_B_LEFT}"; then tb_left=${BOOT_B_LEFT}; fi
    if test ${tb_left} != 0; then
      setexpr BOOT_${tb_count}_LEFT ${tb_left} - 1
      run twinbank_save
      tb_slot=${tb_count}
    fi
  fi

  if test ${tb_slot} != none; then
    setenv twinbank_slot ${tb_slot}
    setenv bootargs "${tb_args} twinbank.slot=${tb_slot}"
    run twinbank_boot
    setenv twinbank_slot
    setenv bootargs "${tb_args}"
  fi
done
echo "twinbank: no bank loads, order ${BOOT_ORDER}"
