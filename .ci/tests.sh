# What ./torpor does for those who work on Torpor: test, check, fix. Sourced by it, not run.
# shellcheck shell=sh
# shellcheck disable=SC2154 # here, java_home: the launcher's

# --- what the tests need -----------------------------------------------------------------------

# $1 command that shows a package to be there, $2 package, $3 what is not tested without it
want() {
    is_there "$1" || missing="$missing $2"
    asked="$asked
$1|$2|$3"
}

# Programs for administrators are not on everybody's PATH.
is_there() {
    PATH="$PATH:/usr/sbin:/sbin" command -v "$1" >/dev/null 2>&1 || [ -e "$1" ]
}

want_all() {
    want clang clang 'that the WebAssembly examples can be built again'
    want wasm-ld lld 'that the WebAssembly examples can be built again'
    want /usr/include/wasm32-wasi wasi-libc 'that the WebAssembly examples can be built again'
    want /usr/lib/llvm-14/lib/clang libclang-rt-14-dev-wasm32 'that the examples can be built again'
    want wasm-opt binaryen 'instrumenting a module that is not instrumented yet'
    want python3 python3 'the Python worker client; machines, by their init'
    want node nodejs 'the Node worker client'
    want curl curl 'the shell worker client'
    want shellcheck shellcheck 'that shell scripts are clean'
    want qemu-system-x86_64 qemu-system-x86 'machines'
    want qemu-img qemu-utils 'machines'
    want mkfs.ext4 e2fsprogs 'machines'
    want mkfs.erofs erofs-utils 'machines and images'
    want mksquashfs squashfs-tools 'machines whose root is a squashfs'
    want busybox busybox-static 'machines; images from registries and archives'
    want musl-gcc musl-tools 'machines: their init cannot be built'
    want /usr/include/linux/openat2.h linux-libc-dev 'machines: their init cannot be built'
    want strip binutils 'machines: their kernel cannot be made'
    want lz4 lz4 'machines: their kernel cannot be made'
    want xz xz-utils 'machines: their kernel cannot be made'
    want zstd zstd 'machines with a kernel packed with it'
    want gcc gcc "the parsers of the machines' init"
    want /usr/include/stdio.h libc6-dev "the parsers of the machines' init"
    want skopeo skopeo 'images from registries and archives'
    want /etc/containers/policy.json golang-github-containers-common 'images from registries'
    want umoci umoci 'images, but disk images'
    want docker-registry docker-registry 'images from a registry'
    want htpasswd apache2-utils 'images from a registry that asks for a password'
    want ip iproute2 'networks of instances'
    want nft nftables 'networks of instances'
    want conntrack conntrack 'connections to instances, where the kernel does not list them itself'
}

can_install() {
    [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1
}

# Of the packages named, those that this distribution has.
on_offer() {
    for package in "$@"; do
        if apt-cache policy "$package" 2>/dev/null | grep -q '^ *Candidate: [^(]'; then
            printf ' %s' "$package"
        fi
    done
}

refresh_packages() {
    apt-get update -qq >>"$here/target/apt.log" 2>&1 || say 'torpor: apt-get update failed'
}

# All at once, which is quicker by far; one by one where that fails, so that one package that
# cannot be had costs its own tests and no others.
install_packages() {
    # shellcheck disable=SC2046 # a list of words
    set -- $(on_offer "$@")
    [ $# -gt 0 ] || return 0
    apt_install "$@" && return
    say 'torpor: apt-get failed, see target/apt.log; trying one package at a time'
    for package in "$@"; do
        apt_install "$package" || say "torpor: apt-get could not install $package"
    done
}

apt_install() {
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" \
        >>"$here/target/apt.log" 2>&1
}

install_test_tools() {
    missing=''
    asked=''
    want_all
    if [ -n "$missing" ] && can_install; then
        say "torpor: installing for the tests:$missing"
        refresh_packages
        # shellcheck disable=SC2086 # a list of words
        install_packages $missing
    fi
    printf '%s\n' "$asked" | while IFS='|' read -r probe package purpose; do
        [ -z "$probe" ] || is_there "$probe" \
            || say "torpor: MISSING $package: not tested here: $purpose"
    done
}

# What machines boot, made once: TORPOR_TEST_KERNEL is its directory, for all tests.
make_test_kernel() {
    kernels="$here/target/kernels"
    if [ -z "${TORPOR_TEST_KERNEL:-}" ]; then
        run_kernel_script || { can_install && refresh_packages && run_kernel_script; } || {
            say "torpor: MISSING kernel for machines: not tested here: machines; it was said:"
            tail -n 5 "$here/target/kernel.log" | sed 's/^/  | /' >&2
            return 0
        }
    fi
    export TORPOR_TEST_KERNEL
}

run_kernel_script() {
    TORPOR_TEST_KERNEL=$("$here/guest/init/kernel.sh" "$kernels" 2>"$here/target/kernel.log") || {
        unset TORPOR_TEST_KERNEL
        return 1
    }
}

# --- the tests ---------------------------------------------------------------------------------

# Reports of test classes that are newer than $1.
reports() {
    find "$here" -path '*/surefire-reports/TEST-*.xml' -newer "$1" -exec cat {} +
}

# Adds them up: passed, failed, skipped.
sum_reports() {
    reports "$1" | awk '
        /<testsuite / {
            if (match($0, / tests="[0-9]+"/)) tests += substr($0, RSTART + 8, RLENGTH - 9)
            if (match($0, / errors="[0-9]+"/)) errors += substr($0, RSTART + 9, RLENGTH - 10)
            if (match($0, / failures="[0-9]+"/)) failures += substr($0, RSTART + 11, RLENGTH - 12)
            if (match($0, / skipped="[0-9]+"/)) skipped += substr($0, RSTART + 10, RLENGTH - 11)
        }
        END { print tests - errors - failures - skipped + 0, errors + failures + 0, skipped + 0 }'
}

# What took longest: the test classes, and the parts of the guests' tests, which say "took S WHAT".
longest() {
    {
        reports "$1" | awk '
            /<testsuite / {
                if (!match($0, / name="[^"]*"/)) next
                name = substr($0, RSTART + 7, RLENGTH - 8)
                if (match($0, / time="[0-9.]*"/)) print substr($0, RSTART + 7, RLENGTH - 8), name
            }'
        sed -n 's/^took \([0-9]* .*\)/\1/p' "$here/target/guest-tests.log"
    } | sort -rn | head -n 12 | awk '{ $1 = sprintf("%6.0f s ", $1); print }'
}

# Runs the guests' own tests, which close with a line "N passed, N failed, N skipped".
run_guest_tests() {
    guest_failed=0
    JAVA_HOME=$java_home PATH="$java_home/bin:$PATH:/usr/sbin:/sbin" KERNELS="$here/target/kernels" \
        "$here/guest/tests/run" >"$here/target/guest-tests.log" 2>&1 || guest_failed=1
    cat "$here/target/guest-tests.log"
    guest_counts=$(sed -n 's/^\([0-9]*\) passed, \([0-9]*\) failed, \([0-9]*\) skipped.*/\1 \2 \3/p' \
        "$here/target/guest-tests.log" | tail -n 1)
    [ -n "$guest_counts" ] || guest_counts="0 1 0"
}

# Seconds since it was last called.
lap() {
    now=$(date +%s)
    seconds=$((now - lap_began))
    lap_began=$now
}

run_tests() {
    require_maven
    mkdir -p "$here/target"
    started="$here/target/tests-started"
    : >"$started"
    : >"$here/target/apt.log"
    lap_began=$(date +%s)
    install_test_tools
    make_test_kernel
    lap && tools_took=$seconds
    maven_failed=0
    maven --fail-at-end verify "$@" || maven_failed=1
    lap && java_took=$seconds
    run_guest_tests
    lap && guests_took=$seconds
    printf '\nlongest:\n'
    longest "$started"
    printf 'tools and kernel %s s, Java %s s, guests %s s\n' \
        "$tools_took" "$java_took" "$guests_took"
    # shellcheck disable=SC2046,SC2086 # three numbers each
    set -- $(sum_reports "$started") $guest_counts
    passed=$(($1 + $4)) failed=$(($2 + $5)) skipped=$(($3 + $6))
    [ "$maven_failed" = 0 ] || [ "$failed" -gt 0 ] || say 'torpor: the build failed outside of a test'
    printf '\nJava:   %s passed, %s failed, %s skipped\n' "$1" "$2" "$3"
    printf 'guests: %s passed, %s failed, %s skipped\n' "$4" "$5" "$6"
    printf '%s passed, %s failed, %s skipped\n' "$passed" "$failed" "$skipped"
    [ "$maven_failed" = 0 ] && [ "$guest_failed" = 0 ] && [ "$failed" = 0 ] && [ "$1" -gt 0 ]
}

# --- format ------------------------------------------------------------------------------------

shell_scripts() {
    ls torpor .ci/run .ci/*.sh guest/*/*.sh guest/tests/run guest/tests/drivers/*.sh
}

c_sources() {
    ls guest/*/*.[ch] guest/*/*/*.[ch]
}

# Another version formats otherwise here and there; so only this one is asked.
c_formatter() {
    for name in clang-format-14 clang-format; do
        if "$name" --version 2>/dev/null | grep -q 'version 14\.'; then
            echo "$name"
            return
        fi
    done
}

# Java is Maven's. Of the rest what there is a tool for; .editorconfig and .clang-format are theirs.
check_format() (
    cd "$here" || exit
    wrong=0
    formatter=$(c_formatter)
    # shellcheck disable=SC2046 # lists of words
    if [ -n "$formatter" ]; then
        "$formatter" --dry-run -Werror $(c_sources) || wrong=1
    else
        say 'torpor: no clang-format 14: C is not checked'
    fi
    # shellcheck disable=SC2046 # lists of words
    if command -v shfmt >/dev/null 2>&1; then
        shfmt -d $(shell_scripts) || wrong=1
    else
        say 'torpor: no shfmt: the format of shell scripts is not checked'
    fi
    # shellcheck disable=SC2046 # lists of words
    if command -v shellcheck >/dev/null 2>&1; then
        shellcheck -x -P SCRIPTDIR $(shell_scripts) || wrong=1
    else
        say 'torpor: no shellcheck: shell scripts are not checked'
    fi
    [ "$wrong" = 0 ]
)

fix_format() (
    cd "$here" || exit
    formatter=$(c_formatter)
    # shellcheck disable=SC2046 # lists of words
    [ -z "$formatter" ] || "$formatter" -i $(c_sources)
    # shellcheck disable=SC2046 # lists of words
    ! command -v shfmt >/dev/null 2>&1 || shfmt -w $(shell_scripts)
)

run_check() {
    require_maven
    clean=0
    check_format || clean=1
    maven -q -DskipTests verify && [ "$clean" = 0 ]
}

run_fix() {
    require_maven
    fix_format
    maven -q spotless:apply
}
