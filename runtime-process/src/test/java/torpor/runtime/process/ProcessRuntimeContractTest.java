package torpor.runtime.process;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import torpor.core.definition.JsonText;
import torpor.core.machine.RuntimeName;
import torpor.engine.machine.MachineRuntime;
import torpor.testkit.machine.MachineRuntimeContract;

class ProcessRuntimeContractTest extends MachineRuntimeContract {

  @Override
  protected MachineRuntime open(Path dataDirectory) {
    return ProcessRuntime.open(Programs.markOf(dataDirectory), dataDirectory);
  }

  @Override
  protected Expected expected() {
    return new Expected(RuntimeName.PROCESS, false, true, "none");
  }

  @Override
  protected JsonText exits(int code) {
    return Programs.shell("exit " + code);
  }

  @Override
  protected JsonText runsUntilKilled() {
    return Programs.RUNS_UNTIL_KILLED;
  }

  @Override
  protected Obedient exitsWhenTold(int code, Path scratch) throws IOException {
    Fifo fifo = Fifo.in(scratch, "told");
    return new Obedient(
        Programs.shell("read -r word <" + fifo.path() + "; exit " + code), () -> fifo.say("go"));
  }

  @Override
  protected JsonText prints(String line) {
    return Programs.shell("echo '" + line + "'");
  }

  @Override
  protected JsonText printsVariable(String name, String configured) {
    return new JsonText(
        "{\"command\": [\"sh\", \"-c\", \"echo $%s\"], \"env\": {\"%s\": \"%s\"}}"
            .formatted(name, name, configured));
  }

  @Override
  protected Map<String, JsonText> badConfigs() {
    return Map.of(
        "config", new JsonText("[1"),
        "command", new JsonText("{\"command\": []}"),
        "command[0]", new JsonText("{\"command\": [\"no-such-program-anywhere\"]}"),
        "command[1]", new JsonText("{\"command\": [\"sh\", 1]}"),
        "workdir", new JsonText("{\"command\": [\"sh\"], \"workdir\": \"/no/such/folder\"}"),
        "comand", new JsonText("{\"comand\": [\"sh\"]}"),
        "env.A-B", new JsonText("{\"command\": [\"sh\"], \"env\": {\"A-B\": \"1\"}}"),
        "limits.memory",
            new JsonText("{\"command\": [\"sh\"], \"limits\": {\"memory\": \"much\"}}"),
        "limits.cpu_time",
            new JsonText("{\"command\": [\"sh\"], \"limits\": {\"cpu_time\": \"-1s\"}}"),
        "limits.files",
            new JsonText("{\"command\": [\"sh\"], \"limits\": {\"files\": 1073741824}}"));
  }
}
