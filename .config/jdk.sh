# shellcheck shell=bash
# Sourced by the scripts. Sets JAVA_HOME to a JDK 25 found on this machine, or says how to get one and fails.
# Looks at JAVA_HOME, the java on the PATH, and where distributions and SDK managers put JDKs.
jdk25_home() {
  local home
  for home in "${JAVA_HOME:-}" "$(dirname "$(dirname "$(readlink -f "$(command -v javac || echo /x/x/x)")")")" \
    /usr/lib/jvm/*25* /usr/lib/jvm/* /usr/java/*25* /opt/*jdk*25* /opt/java/* "${HOME:-/root}"/.sdkman/candidates/java/25* \
    "${HOME:-/root}"/.jdks/*25*; do
    if [ -x "$home/bin/javac" ] && grep -q '^JAVA_VERSION="25[."]' "$home/release" 2>/dev/null; then
      printf '%s\n' "$home"
      return 0
    fi
  done
  return 1
}
if ! JAVA_HOME=$(jdk25_home); then
  cat >&2 <<'EOF'
casemate needs a JDK 25 and found none. Install one, then run this again:
  RHEL, Fedora:    dnf install java-25-openjdk-devel
  Debian, Ubuntu:  apt-get install openjdk-25-jdk-headless   (or Temurin: temurin-25-jdk)
or point JAVA_HOME at one.
EOF
  exit 1
fi
export JAVA_HOME
