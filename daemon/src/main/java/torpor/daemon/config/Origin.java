package torpor.daemon.config;

import java.nio.file.Path;

/// Where a value came from.
public sealed interface Origin {

  /// Worked out by the program, from the host it runs on.
  record BuiltIn() implements Origin {
    @Override
    public String toString() {
      return "built in";
    }
  }

  /// From the defaults that are part of the program.
  record Packaged() implements Origin {
    @Override
    public String toString() {
      return "packaged defaults";
    }
  }

  record InFile(Path file, int line, int column) implements Origin {
    @Override
    public String toString() {
      return file + ":" + line + ":" + column;
    }
  }

  record Environment(String variable) implements Origin {
    @Override
    public String toString() {
      return "environment " + variable;
    }
  }

  record Flag(String flag) implements Origin {
    @Override
    public String toString() {
      return "flag " + flag;
    }
  }
}
