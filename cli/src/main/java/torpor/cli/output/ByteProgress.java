package torpor.cli.output;

import java.io.PrintStream;
import java.util.Optional;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/// How many bytes went by, and how fast: a line on a terminal, which goes when it is closed;
/// nothing elsewhere. Bytes may be added by any thread.
public final class ByteProgress implements AutoCloseable {
  private static final int LINE_WIDTH = 100;
  private static final long UNKNOWN = -1;

  private final PrintStream err;
  private final Optional<ProgressBar> bar;

  /// @param expected bytes, where that is known
  /// @param drawn whether `err` is a terminal
  public ByteProgress(String task, Optional<Long> expected, PrintStream err, boolean drawn) {
    this.err = err;
    this.bar =
        drawn
            ? Optional.of(
                new ProgressBarBuilder()
                    .setTaskName(task)
                    .setInitialMax(expected.orElse(UNKNOWN))
                    .setUnit("MiB", 1 << 20)
                    .showSpeed()
                    .setStyle(ProgressBarStyle.ASCII)
                    .setUpdateIntervalMillis(200)
                    .clearDisplayOnFinish()
                    .setConsumer(new ConsoleProgressBarConsumer(err, LINE_WIDTH))
                    .build())
            : Optional.empty();
  }

  public void plus(long bytes) {
    bar.ifPresent(drawn -> drawn.stepBy(bytes));
  }

  /// Says something that stays, above the line.
  public void note(String text) {
    if (bar.isPresent()) {
      err.print("\r\033[K");
    }
    err.println(text);
    bar.ifPresent(ProgressBar::refresh);
  }

  @Override
  public void close() {
    bar.ifPresent(ProgressBar::close);
  }
}
