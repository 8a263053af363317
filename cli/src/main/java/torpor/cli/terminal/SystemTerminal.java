package torpor.cli.terminal;

import java.io.Console;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.EnumSet;
import java.util.Optional;
import java.util.function.Consumer;
import org.jline.terminal.Attributes;
import org.jline.terminal.Attributes.ControlChar;
import org.jline.terminal.Attributes.InputFlag;
import org.jline.terminal.Attributes.LocalFlag;
import org.jline.terminal.Attributes.OutputFlag;
import org.jline.terminal.Size;
import org.jline.terminal.Terminal;
import org.jline.terminal.Terminal.Signal;
import org.jline.terminal.TerminalBuilder;

/// By JLine and the foreign functions of the JDK. Only its settings are used: bytes are read and
/// written as everywhere else.
public final class SystemTerminal implements LocalTerminal {
  private final Terminal terminal;
  private final Attributes found;

  private SystemTerminal(Terminal terminal) {
    this.terminal = terminal;
    this.found = terminal.getAttributes();
  }

  /// Empty where stdin or stdout is none.
  public static Optional<LocalTerminal> find() {
    if (Optional.ofNullable(System.console()).filter(Console::isTerminal).isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new SystemTerminal(
              TerminalBuilder.builder().system(true).dumb(false).provider("ffm").build()));
    } catch (IOException | IllegalStateException e) {
      return Optional.empty();
    }
  }

  /// As cfmakeraw(3).
  @Override
  public void raw() {
    Attributes raw = new Attributes(found);
    raw.setInputFlags(
        EnumSet.of(
            InputFlag.IGNBRK,
            InputFlag.BRKINT,
            InputFlag.PARMRK,
            InputFlag.ISTRIP,
            InputFlag.INLCR,
            InputFlag.IGNCR,
            InputFlag.ICRNL,
            InputFlag.IXON),
        false);
    raw.setOutputFlag(OutputFlag.OPOST, false);
    raw.setLocalFlags(
        EnumSet.of(
            LocalFlag.ECHO, LocalFlag.ECHONL, LocalFlag.ICANON, LocalFlag.ISIG, LocalFlag.IEXTEN),
        false);
    raw.setControlChar(ControlChar.VMIN, 1);
    raw.setControlChar(ControlChar.VTIME, 0);
    terminal.setAttributes(raw);
  }

  @Override
  public WindowSize size() {
    Size size = terminal.getSize();
    return size.getRows() > 0 && size.getColumns() > 0
        ? new WindowSize(size.getRows(), size.getColumns())
        : WindowSize.USUAL;
  }

  @Override
  public void onResize(Consumer<WindowSize> listener) {
    terminal.handle(Signal.WINCH, _ -> listener.accept(size()));
  }

  @Override
  public void close() {
    terminal.setAttributes(found);
    try {
      terminal.close();
    } catch (IOException e) {
      throw new UncheckedIOException("the terminal cannot be given back", e);
    }
  }
}
