package torpor.runtime.qemu.vmm;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The QEMU of this host.
///
/// @param version as it says itself, `7.2.22`
/// @param build digest of the program: microvm is not a versioned machine type, so frozen state is
///   for the very build that wrote it
public record Qemu(Path binary, Path imageTool, String version, String build) {
  private static final Pattern VERSION = Pattern.compile("version (\\d+(?:\\.\\d+)*)");
  private static final int PATIENCE_SECONDS = 10;
  private static final int DIGITS = 16;

  /// Asks the program.
  ///
  /// @throws IOException where it is not a QEMU that runs
  public static Qemu at(Path binary, Path imageTool) throws IOException, InterruptedException {
    Process asked =
        new ProcessBuilder(binary.toString(), "--version").redirectErrorStream(true).start();
    try (InputStream said = asked.getInputStream()) {
      String answer = new String(said.readAllBytes(), StandardCharsets.UTF_8);
      if (!asked.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        throw new IOException(binary + " --version does not end");
      }
      Matcher version = VERSION.matcher(answer);
      if (!version.find()) {
        throw new IOException(binary + " --version says no version: " + answer.strip());
      }
      return new Qemu(binary, imageTool, version.group(1), digest(binary));
    } finally {
      asked.destroyForcibly();
    }
  }

  private static String digest(Path binary) throws IOException {
    MessageDigest sha256;
    try {
      sha256 = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every JDK has SHA-256", impossible);
    }
    try (InputStream program = new DigestInputStream(Files.newInputStream(binary), sha256)) {
      program.transferTo(java.io.OutputStream.nullOutputStream());
    }
    return HexFormat.of().formatHex(sha256.digest()).substring(0, DIGITS);
  }

  public int majorVersion() {
    int dot = version.indexOf('.');
    return Integer.parseInt(dot < 0 ? version : version.substring(0, dot));
  }
}
