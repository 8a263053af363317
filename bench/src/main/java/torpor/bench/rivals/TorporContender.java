package torpor.bench.rivals;

import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import torpor.bench.stage.EngineNode;
import torpor.bench.stage.NoopJobs;
import torpor.bench.stage.NoopRuntime;
import torpor.bench.stage.Stages;
import torpor.core.definition.JsonText;
import torpor.engine.caller.SpawnRequest;
import torpor.engine.store.JobInputs;
import torpor.store.StoreAddress;

/// Torpor itself.
final class TorporContender implements Contender {
  private static final int MACHINES = 256;
  private static final String NUMBER = "NUMBER";

  private final EngineNode node;

  TorporContender(StoreAddress address) {
    this.node =
        new EngineNode(
            address,
            MACHINES,
            NoopRuntime.Life.ENDS_AT_ONCE,
            start -> Track.began(Integer.parseInt(start.env().getOrDefault(NUMBER, "-1"))),
            UnaryOperator.identity());
    NoopJobs.in(node.store());
    node.start();
  }

  @Override
  public String name() {
    return "Torpor";
  }

  @Override
  public String setUp() {
    return "engine and store as in the daemon, %d places, machines that end at once and keep"
            .formatted(MACHINES)
        + " nothing on disk; four transitions a job, all of them in its history";
  }

  @Override
  public void enqueue(int number) {
    JobInputs inputs =
        new JobInputs(JsonText.NULL, Map.of(NUMBER, Integer.toString(number)), Map.of());
    var _ =
        Stages.granted(
            Stages.await(
                node.engine()
                    .jobs()
                    .spawn(
                        new SpawnRequest(
                            NoopJobs.DEFINITION,
                            "1",
                            inputs,
                            Optional.empty(),
                            Optional.empty()))));
  }

  @Override
  public void close() {
    node.close();
  }
}
