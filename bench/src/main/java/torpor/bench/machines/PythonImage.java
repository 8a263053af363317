package torpor.bench.machines;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// A root file system with the host's own Python, at the paths that it has there, and `loaded.py`.
///
/// @param source the name by which the daemon takes it
/// @param command of a machine
record PythonImage(String source, List<String> command) {
  private static final String PROGRAM = "loaded.py";
  private static final String ASK =
      "import os, sys, sysconfig; print(os.path.realpath(sys.executable));"
          + " print(sysconfig.get_path('stdlib'))";
  private static final Pattern LIBRARY = Pattern.compile("(/\\S+) \\(0x");

  /// What no program uses as it runs.
  private static final List<String> LEFT_OUT =
      List.of(
          "test",
          "tests",
          "idlelib",
          "tkinter",
          "ensurepip",
          "lib2to3",
          "site-packages",
          "dist-packages",
          "config-*");

  /// Whether this host has a Python of its own.
  static boolean canBeMade() {
    return MachineHost.find("python3").isPresent();
  }

  /// @throws IOException where this host has no Python of its own
  static PythonImage in(Path directory) throws IOException {
    String python =
        MachineHost.find("python3")
            .orElseThrow(() -> new IOException("python3 is not installed"))
            .toString();
    List<String> said = MachineHost.run(python, "-c", ASK).lines().toList();
    String executable = said.get(0);
    Path library = Path.of(said.get(1));
    Path tree = Files.createDirectory(directory.resolve("root"));
    for (String name : GuestImage.DIRECTORIES) {
      Files.createDirectory(tree.resolve(name));
    }
    try (InputStream text = PythonImage.class.getResourceAsStream(PROGRAM)) {
      Files.copy(
          Optional.ofNullable(text).orElseThrow(() -> new IOException(PROGRAM + " is missing")),
          tree.resolve(PROGRAM));
    }
    Path tar = directory.resolve("root.tar");
    List<String> words = new ArrayList<>(List.of("tar", "-chf", tar.toString()));
    words.addAll(List.of("--owner=0", "--group=0"));
    LEFT_OUT.forEach(name -> words.add("--exclude=" + name));
    words.addAll(List.of("-C", tree.toString(), ".", "-C", "/"));
    words.add(executable.substring(1));
    words.add(library.toString().substring(1));
    libraries(executable, library).forEach(file -> words.add(file.substring(1)));
    MachineHost.run(words.toArray(String[]::new));
    return new PythonImage(GuestImage.source(tar), List.of(executable, "/" + PROGRAM));
  }

  /// What the executable and its modules are linked with.
  private static Set<String> libraries(String executable, Path library) throws IOException {
    Set<String> found = new LinkedHashSet<>();
    List<String> linked = new ArrayList<>(List.of("ldd", executable));
    try (Stream<Path> modules = Files.list(library.resolve("lib-dynload"))) {
      modules.map(Path::toString).forEach(linked::add);
    }
    Matcher lines = LIBRARY.matcher(MachineHost.run(linked.toArray(String[]::new)));
    while (lines.find()) {
      found.add(lines.group(1));
    }
    return found;
  }
}
