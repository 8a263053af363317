package torpor.cli.terminal;

import java.util.Optional;
import java.util.function.Consumer;

/// The terminal of this process. Closing it gives it back as it was found.
public interface LocalTerminal extends AutoCloseable {

  /// Finds the terminal that stdin is.
  interface Finder {
    Finder NONE = Optional::empty;

    Optional<LocalTerminal> find();
  }

  /// From here on every key is a byte of the input, Ctrl-C too, and nothing is echoed.
  void raw();

  WindowSize size();

  /// @param listener is told of every change, on a thread of its own
  void onResize(Consumer<WindowSize> listener);

  @Override
  void close();
}
