package torpor.cli.output;

import java.io.PrintStream;
import java.util.Optional;

/// Work that goes through steps: a line for each, and a [ProgressLine] while one tells how far it
/// is. Not for concurrent use.
public final class ProgressSteps implements AutoCloseable {
  private final PrintStream err;
  private final boolean drawn;
  private String step = "";
  private Optional<ProgressLine> line = Optional.empty();

  /// @param drawn whether `err` is a terminal
  public ProgressSteps(PrintStream err, boolean drawn) {
    this.err = err;
    this.drawn = drawn;
  }

  /// @param percent of this step, where it can be told
  public void at(String now, Optional<Integer> percent) {
    boolean changed = !now.equals(step);
    if (changed) {
      end();
      step = now;
    }
    if (percent.isPresent()) {
      ProgressLine current = line.orElseGet(() -> new ProgressLine(now, err, drawn));
      line = Optional.of(current);
      current.at(percent.orElseThrow(), "");
    } else if (changed) {
      err.println(now);
    }
  }

  private void end() {
    line.ifPresent(ended -> {
      ended.at(100, "");
      ended.close();
    });
    line = Optional.empty();
  }

  /// The step under way is left as it is.
  @Override
  public void close() {
    line.ifPresent(ProgressLine::close);
    line = Optional.empty();
  }

  /// The step under way was the last and is done.
  public void done() {
    end();
  }
}
