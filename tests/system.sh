#!/usr/bin/env bash
# What the browser's tests need of the system: Chromium and a font with Chinese.
# Installs them where it may; where it may not, the tests say by name what they couldn't run.
set -u
missing=()
command -v chromium >/dev/null || command -v google-chrome >/dev/null || missing+=(chromium)
fc-list :lang=zh 2>/dev/null | grep -q . || missing+=(fonts-noto-cjk fontconfig)
[ ${#missing[@]} -eq 0 ] && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "installing ${missing[*]}"
  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "${missing[@]}"; } >/dev/null 2>&1 && exit 0
fi
echo "MISSING: ${missing[*]} (apt-get install ${missing[*]})"
exit 0
