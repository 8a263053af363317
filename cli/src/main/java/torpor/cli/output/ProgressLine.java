package torpor.cli.output;

import java.io.PrintStream;
import java.util.Optional;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/// How far something is: a bar on a terminal; elsewhere a line of its own for every ten percent and
/// every note. Not for concurrent use.
public final class ProgressLine implements AutoCloseable {
  private static final int LINE_WIDTH = 100;
  private static final int STEP_PERCENT = 10;

  private final String task;
  private final PrintStream err;
  private final Optional<ProgressBar> bar;
  private int printedPercent = -1;

  /// @param drawn whether `err` is a terminal
  public ProgressLine(String task, PrintStream err, boolean drawn) {
    this.task = task;
    this.err = err;
    this.bar = drawn ? Optional.of(bar(task, err)) : Optional.empty();
  }

  private static ProgressBar bar(String task, PrintStream err) {
    return new ProgressBarBuilder()
        .setTaskName(task)
        .setInitialMax(100)
        .setStyle(ProgressBarStyle.ASCII)
        .setUpdateIntervalMillis(200)
        .hideEta()
        .setConsumer(new ConsoleProgressBarConsumer(err, LINE_WIDTH))
        .build();
  }

  /// @param percent from 0 to 100
  /// @param detail may be empty
  public void at(double percent, String detail) {
    int whole = (int) Math.clamp(percent, 0, 100);
    bar.ifPresentOrElse(
        drawn -> {
          drawn.setExtraMessage(detail);
          drawn.stepTo(whole);
        },
        () -> {
          if (whole / STEP_PERCENT > printedPercent / STEP_PERCENT || printedPercent < 0) {
            printedPercent = whole;
            err.println(task + ": " + whole + " %" + (detail.isEmpty() ? "" : " " + detail));
          }
        });
  }

  /// Says something that stays, above the bar.
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
