package torpor.bench;

import java.util.List;
import torpor.bench.measure.Finding;
import torpor.bench.stage.Workbench;

/// One thing measured. Runs alone, leaves nothing behind outside the workbench.
public interface Benchmark {

  /// As given on the command line.
  String name();

  /// One paragraph of Markdown: what is compared with what, and how.
  String about();

  /// Blocks until done.
  ///
  /// @throws Exception where it could not be measured; the report then says why
  List<Finding> run(Workbench bench) throws Exception;
}
