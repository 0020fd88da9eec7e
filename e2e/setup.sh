#!/bin/sh
# Puts in place what the tests need and a machine may lack: the Playwright
# driver and axe-core (npm), a Chromium, a PostgreSQL server, strace. Safe to run
# again; says nothing when all is there.
set -eu
cd "$(dirname "$0")"

install() { # Debian's packages, when there is a right to install them
	[ "$(id -u)" = 0 ] && command -v apt-get >/dev/null || return 1
	set -- -o DPkg::Lock::Timeout=300 -o Acquire::Retries=1 -o Acquire::http::Timeout=20 install -qy --no-install-recommends "$@"
	apt-get -q -o DPkg::Lock::Timeout=300 -o Acquire::Retries=1 -o Acquire::http::Timeout=20 update
	DEBIAN_FRONTEND=noninteractive apt-get "$@"
}

own() { # Playwright's
	[ -x "$(node -p 'require("./node_modules/package").chromium.executablePath()')" ]
}

chromium() {
	if [ -n "${E2E_BROWSER:-}" ]; then [ -x "$E2E_BROWSER" ]; return; fi
	own && return
	for name in chromium-headless-shell chromium chromium-browser google-chrome-stable google-chrome; do
		command -v "$name" >/dev/null && return
	done
	return 1
}

postgres() {
	ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || command -v initdb >/dev/null
}

if ! command -v npm >/dev/null; then
	echo "e2e: Node.js 18 or newer with npm is needed" >&2
	exit 1
fi
[ node_modules/.package-lock.json -nt package-lock.json ] || npm ci --no-audit --no-fund

if ! chromium; then
	# The very browser that this Playwright is tested with, or Debian's.
	if node node_modules/package/cli.js install chromium; then
		[ "$(id -u)" != 0 ] || node node_modules/package/cli.js install-deps chromium
	else
		install chromium-headless-shell fonts-liberation || install chromium fonts-liberation || true
	fi
	chromium || { echo "e2e: no Chromium; install one, or name it in E2E_BROWSER" >&2; exit 1; }
fi

# A Chromium of Debian does the same without its windows, in a third of the time.
# Where that cannot be had it is asked for once.
if [ -z "${E2E_BROWSER:-}" ] && ! own && ! command -v chromium-headless-shell >/dev/null && [ ! -e node_modules/.no-shell ]; then
	install chromium-headless-shell || touch node_modules/.no-shell
fi

if ! postgres; then
	install postgresql || echo "setup: no PostgreSQL server; tests run on SQLite alone" >&2
fi

if ! command -v strace >/dev/null; then
	install strace || echo "setup: no strace; the tests of power cuts and broken disks do not run" >&2
fi
