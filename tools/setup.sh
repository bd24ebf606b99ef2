# Sourced by ./run: a Python, the system's libraries, a virtual environment. POSIX sh; every step is skipped when done.

PANGO_PACKAGES="libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"

say() { printf '%s\n' "$*" >&2; }
stop() {
    say "$*"
    exit 1
}
python() { .venv/bin/python "$@"; }

# --- Python ----------------------------------------------------------------------------------------------------------
good_python() { command -v "$1" >/dev/null 2>&1 && "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

find_python() {
    if [ -n "${PYTHON:-}" ]; then
        good_python "$PYTHON" || stop "PYTHON=$PYTHON is not a Python 3.11 or newer."
        return
    fi
    pick_python && return
    say "Python 3.11 or newer is needed and was not found."
    install_packages "python3 python3-venv" || exit 1
    pick_python || stop "This system's own Python is too old. Install Python 3.11 or newer and name it: PYTHON=/path/to/python3 ./run"
}

pick_python() {
    for candidate in python3 python3.14 python3.13 python3.12 python3.11; do
        if good_python "$candidate"; then
            PYTHON=$candidate
            return 0
        fi
    done
    return 1
}

# --- Packages of the system ------------------------------------------------------------------------------------------
# install_packages "a b": as root, or through sudo; otherwise says what an administrator types, and fails.
install_packages() {
    line="apt-get update && apt-get install -y --no-install-recommends $1"
    if ! command -v apt-get >/dev/null 2>&1; then
        say "This is not Debian or Ubuntu: please install the equivalents of: $1"
        return 1
    fi
    if [ "$(id -u)" = 0 ]; then
        as_root=""
    elif command -v sudo >/dev/null 2>&1 && { sudo -n true 2>/dev/null || [ -t 0 ]; }; then
        as_root=sudo
        sudo -n true 2>/dev/null || say "sudo may ask for your password, to install: $1"
    else
        say "Please ask an administrator to run:  $line"
        return 1
    fi
    say "Installing from the system's packages: $1"
    log=$(mktemp)
    # shellcheck disable=SC2086 # a list of words, and an empty word is no word
    if $as_root env DEBIAN_FRONTEND=noninteractive sh -c "$line" >"$log" 2>&1 </dev/null; then
        rm -f "$log"
        return 0
    fi
    tail -n 5 "$log" >&2
    rm -f "$log"
    say "That failed (see above). By hand, as an administrator:  $line"
    return 1
}

has_pango() {
    "$1" - <<'CODE' 2>/dev/null
import ctypes
for name in ("libpango-1.0.so.0", "libpangoft2-1.0.so.0", "libharfbuzz-subset.so.0"):
    ctypes.CDLL(name)
CODE
}

find_browser() {
    for candidate in "${CHROMIUM:-}" chromium chromium-browser google-chrome google-chrome-stable; do
        [ -n "$candidate" ] || continue
        if found=$(command -v "$candidate" 2>/dev/null) && "$found" --version >/dev/null 2>&1; then
            CHROMIUM=$found
            export CHROMIUM
            return 0
        fi
    done
    return 1
}

# The driver of the browser brings its own Node, which wants one library that a small system lacks.
has_atomic() { "$PYTHON" -c 'import ctypes; ctypes.CDLL("libatomic.so.1")' 2>/dev/null; }

need_browser() {
    has_atomic || install_packages libatomic1 || true
    find_browser && return
    if grep -q '^ID=ubuntu' /etc/os-release 2>/dev/null; then
        say "The tests drive a browser. On Ubuntu, Chromium is a snap, which cannot be installed from here:"
        say "run “sudo snap install chromium”, or install Google Chrome, or name a browser: CHROMIUM=/path/to/chrome ./run test"
    else
        install_packages chromium || true
    fi
    find_browser || say "There is no browser: the tests that need one are left out, and this run cannot count as complete."
}

# --- The virtual environment -----------------------------------------------------------------------------------------
# set_up REQUIREMENTS [pdf] [browser]
set_up() {
    requirements=$1
    shift
    good_python .venv/bin/python || make_environment
    for part in "$@"; do
        case "$part" in
        pdf)
            if ! has_pango .venv/bin/python; then
                install_packages "$PANGO_PACKAGES" || say "Until then everything works except PDF files."
            fi
            ;;
        browser) need_browser ;;
        esac
    done
    install_requirements "$requirements"
}

make_environment() {
    if ! "$PYTHON" -c 'import ensurepip, venv' 2>/dev/null; then
        version=$("$PYTHON" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
        # One call for both, so that an administrator is asked once.
        wanted="python$version-venv"
        has_pango "$PYTHON" || wanted="$wanted $PANGO_PACKAGES"
        install_packages "$wanted" || stop "A virtual environment cannot be made without it."
    fi
    say "Making a virtual environment in .venv"
    rm -rf .venv
    "$PYTHON" -m venv .venv || stop "The virtual environment could not be made (see above)."
}

stamp_of() { cat "$1" .venv/pyvenv.cfg | cksum; }

install_requirements() {
    stamp=.venv/.installed-$1
    [ "$(cat "$stamp" 2>/dev/null)" != "$(stamp_of "$1")" ] || return 0
    # What tests need holds all that the product needs.
    [ "$(cat .venv/.installed-requirements-dev.txt 2>/dev/null)" != "$(stamp_of requirements-dev.txt)" ] || return 0
    say "Installing the Python packages of $1 (a minute or so)"
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-input --require-hashes -r "$1" ||
        stop "The Python packages could not be installed (see above). Is there a way to the package index?"
    stamp_of "$1" >"$stamp"
}

# --- The port --------------------------------------------------------------------------------------------------------
# Prints what to do when the server could not listen, and nothing when it can.
port_trouble() {
    "$PYTHON" - "${BIND:-127.0.0.1}" "${PORT:-8000}" <<'CODE'
import socket, sys
host, port = sys.argv[1:]
if not port.isdecimal() or not 0 < int(port) < 65536:
    sys.exit(print(f"PORT must be a number from 1 to 65535, not “{port}”."))
try:
    family, kind, proto, _, address = socket.getaddrinfo(host, int(port), type=socket.SOCK_STREAM)[0]
    with socket.socket(family, kind, proto) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(address)
except PermissionError:
    print(f"You may not open port {port}: choose one above 1023, for example PORT=8000 ./run")
except socket.gaierror:
    print(f"BIND={host} is not an address of this machine.")
except OSError as error:
    if error.errno == 98:
        print(f"Port {port} is taken by another program (Twinning itself, perhaps?). Choose another: PORT={int(port) % 65535 + 1} ./run")
    else:
        print(f"Twinning cannot listen on {host}:{port}: {error.strerror}.")
CODE
}
