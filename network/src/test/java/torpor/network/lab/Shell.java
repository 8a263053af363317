package torpor.network.lab;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/// Commands of a test.
public final class Shell {
  private Shell() {}

  /// @return what it printed
  /// @throws AssertionError where it fails
  public static String run(String script) {
    try {
      Process process =
          new ProcessBuilder("/bin/sh", "-euc", script).redirectErrorStream(true).start();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new AssertionError(script + "\nfailed: " + output);
      }
      return output;
    } catch (IOException e) {
      throw new AssertionError(script, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(script, e);
    }
  }
}
