package torpor.cli.terminal;

import java.io.Console;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jline.utils.Signals;

/// By stty(1), which is wherever a terminal is; SIGWINCH by JLine. (JLine's own terminal gives the
/// real one back without its speed, and closes stdin.) Bytes are read and written as everywhere
/// else.
public final class SystemTerminal implements LocalTerminal {
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final Pattern SIZE = Pattern.compile("([1-9]\\d{0,4}) ([1-9]\\d{0,4})");
  private static final String RESIZED = "WINCH";

  private final String found;
  private Optional<Object> formerHandler = Optional.empty();

  private SystemTerminal(String found) {
    this.found = found;
  }

  /// Empty where stdin or stdout is none.
  public static Optional<LocalTerminal> find() {
    if (Optional.ofNullable(System.console()).filter(Console::isTerminal).isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(new SystemTerminal(stty(List.of("-g"))));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  @Override
  public void raw() {
    set(List.of("raw", "-echo"));
  }

  @Override
  public WindowSize size() {
    try {
      Matcher size = SIZE.matcher(stty(List.of("size")));
      return size.matches()
          ? new WindowSize(Integer.parseInt(size.group(1)), Integer.parseInt(size.group(2)))
          : WindowSize.USUAL;
    } catch (IOException e) {
      return WindowSize.USUAL;
    }
  }

  @Override
  public void onResize(Consumer<WindowSize> listener) {
    formerHandler = Optional.ofNullable(Signals.register(RESIZED, () -> listener.accept(size())));
  }

  @Override
  public void close() {
    formerHandler.ifPresent(former -> Signals.unregister(RESIZED, former));
    set(List.of(found));
  }

  private static void set(List<String> modes) {
    try {
      stty(modes);
    } catch (IOException e) {
      throw new UncheckedIOException("the terminal's modes cannot be set", e);
    }
  }

  /// On the terminal that stdin is.
  private static String stty(List<String> arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of("stty"));
    command.addAll(arguments);
    Process process =
        new ProcessBuilder(command)
            .redirectInput(ProcessBuilder.Redirect.INHERIT)
            .redirectErrorStream(true)
            .start();
    try {
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS) || process.exitValue() != 0) {
        throw new IOException(String.join(" ", command) + " failed: " + said.strip());
      }
      return said.strip();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } finally {
      process.destroy();
    }
  }
}
