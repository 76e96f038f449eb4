# SPDX-License-Identifier: Apache-2.0
# Twinbank's boot script for U-Boot, with the variables of RAUC. Only the boots of a trial are counted, so that power cycles cost a
# confirmed system nothing, not even a write.
#
# The board sets, in its compiled environment:
#   twinbank_boot  boots the bank ${twinbank_slot}, A or B, and returns if that doesn't load
#   twinbank_save  keeps the environment; saveenv if it isn't set

if test -z "${twinbank_save}"; then setenv twinbank_save saveenv; fi

# Without an environment both banks are tried, in turn.
if test -z "${BOOT_ORDER}"; then
  setenv BOOT_ORDER "A B"
  setenv BOOT_A_LEFT 3
  setenv BOOT_B_LEFT 3
  setenv twinbank_trial both
fi
if test "${BOOT_ORDER}" = "B A" || test "${BOOT_ORDER}" = "B"; then
  setenv tb_first B
  setenv tb_second A
  setenv tb_left "${BOOT_B_LEFT}"
else
  setenv tb_first A
  setenv tb_second B
  setenv tb_left "${BOOT_A_LEFT}"
fi

if test -z "${twinbank_trial}"; then
  setenv twinbank_slot ${tb_first}
  run twinbank_boot
  setenv twinbank_slot ${tb_second}
  run twinbank_boot
fi

if test "${twinbank_trial}" = both; then
  if test "${BOOT_A_LEFT}" = 0 && test "${BOOT_B_LEFT}" = 0; then
    setenv BOOT_A_LEFT 3
    setenv BOOT_B_LEFT 3
  fi
  for tb in A B; do
    if test ${tb} = A; then setenv tb_left "${BOOT_A_LEFT}"; else setenv tb_left "${BOOT_B_LEFT}"; fi
    if test "${tb_left}" != 0; then
      setexpr tb_left ${tb_left} - 1
      setenv BOOT_${tb}_LEFT ${tb_left}
      run twinbank_save
      setenv twinbank_slot ${tb}
      run twinbank_boot
      setenv BOOT_${tb}_LEFT 0
    fi
  done
  run twinbank_save
  # nothing with an attempt left loads
  setenv twinbank_slot B
  run twinbank_boot
  setenv twinbank_slot A
  run twinbank_boot
fi

# A trial: the count is kept before the jump, so that an image that hangs at once ends as well.
if test -n "${twinbank_trial}" && test "${twinbank_trial}" != both; then
  if test -n "${tb_left}" && test "${tb_left}" != 0; then
    setexpr tb_left ${tb_left} - 1
    setenv BOOT_${tb_first}_LEFT ${tb_left}
    run twinbank_save
    setenv twinbank_slot ${tb_first}
    run twinbank_boot
  fi
  setenv BOOT_${tb_first}_LEFT 0
  setenv twinbank_fellback 1
  run twinbank_save
  setenv twinbank_slot ${tb_second}
  run twinbank_boot
  # nothing to fall back to
  setenv twinbank_slot ${tb_first}
  run twinbank_boot
fi
echo "twinbank: no bank loads, order ${BOOT_ORDER}"
