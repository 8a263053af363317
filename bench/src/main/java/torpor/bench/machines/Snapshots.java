package torpor.bench.machines;

import java.util.ArrayList;
import java.util.List;
import torpor.bench.Benchmark;
import torpor.bench.measure.Finding;
import torpor.bench.stage.Workbench;

/// What it costs to freeze a machine: time that it stands still, and bytes.
public final class Snapshots implements Benchmark {
  static final int MEBIBYTES = 384;

  @Override
  public String name() {
    return "snapshot";
  }

  @Override
  public String about() {
    return """
    (1) For how long a machine of 384 MiB that ticks every 2 ms is silent while a snapshot of it is \
    taken and it goes on, 16, 64 or 128 MiB of its memory having been filled anew. Floor: the time \
    in which so many bytes are written into a file (page cache, not flushed) plus the silence of a \
    snapshot with nothing filled. (2) `POST …/standby` until it stands by, of a machine of 1024 MiB \
    and of one of 256 MiB, 16 MiB filled in both. (3) What a snapshot's own files occupy on the \
    disk (blocks; what it shares with the template or an earlier snapshot is not its own), and as \
    the floor the pages that the machine has made its own and that are not zero, counted in its \
    page tables while it stands still; the same for the next snapshot, after 16 MiB were filled \
    anew; and the same of a machine booted without a template that runs the host's Python, which has \
    loaded much of its library and holds records and their JSON, after the daemon has packed the \
    snapshot with LZ4.\
    """;
  }

  @Override
  public List<Finding> run(Workbench bench) throws Exception {
    List<Finding> findings = new ArrayList<>();
    try (Farm farm = Farm.start(bench)) {
      farm.makeTemplates(bench.scale(), MEBIBYTES);
      findings.addAll(Pauses.measure(bench, farm));
      bench.say("stored bytes");
      findings.addAll(StoredBytes.measure(farm));
    }
    if (PythonImage.canBeMade()) {
      bench.say("stored bytes of a program in Python, packed");
      findings.add(StoredBytes.packed(bench));
    } else {
      bench.say("SKIPPED, a program in Python: python3 is not installed");
    }
    return findings;
  }
}
