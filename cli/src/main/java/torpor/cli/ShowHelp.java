package torpor.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `torpor help job spawn` is `torpor job spawn --help`.
@Command(
    name = "help",
    description = "Show the help of a command.",
    footerHeading = "%nExample:%n",
    footer = "  torpor help job spawn")
final class ShowHelp implements Runnable {
  private final Invocation invocation;

  @Parameters(arity = "0..*", paramLabel = "COMMAND", description = "such as job spawn")
  private List<String> words = new ArrayList<>();

  @Spec private CommandSpec spec = CommandSpec.create();

  ShowHelp(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public void run() {
    CommandLine command = spec.root().commandLine();
    for (String word : words) {
      CommandSpec noun = command.getCommandSpec();
      command =
          Optional.ofNullable(command.getSubcommands().get(word))
              .orElseThrow(() -> UsageErrors.unknownCommand(noun, word));
    }
    command.usage(invocation.out());
    invocation.out().flush();
  }
}
