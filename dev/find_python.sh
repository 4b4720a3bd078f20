# Prints the Python to make .venv with: the one asked for in PYTHON, else the first that is new enough and can make environments.
# The plain `python3` comes first: it is the one its owner chose.
oldest="3.11"
seen=""

can() { "$1" -c "$2" >/dev/null 2>&1; }

for name in ${PYTHON:-python3 python3.13 python3.12 python3.11 python3.14 python}; do
    command -v "$name" >/dev/null 2>&1 || continue
    can "$name" "import sys; sys.exit(sys.version_info < (3, 11))" || { seen="$seen $name"; continue; }
    can "$name" "import venv, ensurepip, sqlite3" && { command -v "$name"; exit 0; }
    incomplete="$name"
done

if [ -n "$incomplete" ]; then
    echo "$incomplete is new enough, but its venv module is missing." >&2
    echo "On Debian and Ubuntu: sudo apt-get install python3-venv   Then run make again." >&2
else
    test -n "$seen" && found="only older ones:$seen" || found="none on the PATH"
    echo "Porchlight needs Python $oldest or newer, and found $found." >&2
    echo "Install one, or name it: make PYTHON=/path/to/python3 run" >&2
fi
exit 1
