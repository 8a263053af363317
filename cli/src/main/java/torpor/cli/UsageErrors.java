package torpor.cli;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.OverwrittenOptionException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;
import torpor.wire.Suggestion;

/// What is wrong with a command line, in our own sentences and with the nearest thing that exists.
final class UsageErrors {
  /// What other programs call what we have, by verb.
  private static final Map<String, List<String>> SYNONYMS =
      Map.ofEntries(
          Map.entry("start", List.of("spawn", "serve")),
          Map.entry("create", List.of("add", "create", "spawn")),
          Map.entry("list", List.of("ps", "ls")),
          Map.entry("status", List.of("show", "doctor")),
          Map.entry("get", List.of("inspect", "show")),
          Map.entry("show", List.of("inspect")),
          Map.entry("describe", List.of("inspect", "show")),
          Map.entry("inspect", List.of("show")),
          Map.entry("log", List.of("logs")),
          Map.entry("stop", List.of("cancel")),
          Map.entry("kill", List.of("stop", "cancel")),
          Map.entry("delete", List.of("rm")),
          Map.entry("remove", List.of("rm")),
          Map.entry("unpause", List.of("resume")),
          Map.entry("suspend", List.of("standby")),
          Map.entry("hibernate", List.of("standby")),
          Map.entry("clone", List.of("fork")),
          Map.entry("copy", List.of("cp")),
          Map.entry("shell", List.of("exec")),
          Map.entry("ssh", List.of("exec")),
          Map.entry("attach", List.of("exec", "logs")),
          Map.entry("top", List.of("stats")),
          Map.entry("daemon", List.of("serve")));

  private static final Map<String, String> OPTION_SYNONYMS =
      Map.of(
          "--port", "--listen",
          "--address", "--listen",
          "--data-dir", "--data",
          "--param", "--params",
          "--cwd", "--workdir",
          "--mem", "--memory",
          "--detached", "--detach");

  private static final int SHORT = 3;

  private UsageErrors() {}

  static CommandFailure of(ParameterException e) {
    CommandSpec command = e.getCommandLine().getCommandSpec();
    return switch (e) {
      case UnmatchedArgumentException unmatched when unmatched.isUnknownOption() ->
          unknownOption(command, unmatched.getUnmatched().getFirst());
      case UnmatchedArgumentException unmatched when command.subcommands().isEmpty() ->
          tooMany(command, unmatched.getUnmatched());
      case UnmatchedArgumentException unmatched ->
          unknownCommand(command, unmatched.getUnmatched().getFirst());
      case MissingParameterException missing -> missing(command, missing.getMissing());
      case OverwrittenOptionException twice ->
          CommandFailure.usage(name(twice.getOverwritten()) + " is given twice", "leave one out");
      default -> badValue(command, e);
    };
  }

  /// @param word what was taken for a command
  static CommandFailure unknownCommand(CommandSpec command, String word) {
    List<String> meant = meant(command, word);
    String remedy =
        meant.isEmpty()
            ? command.qualifiedName() + " --help lists the commands"
            : "did you mean " + String.join(", or ", meant) + "?";
    String whole = command.parent() == null ? word : shown(command) + " " + word;
    return CommandFailure.usage("there is no command " + whole, remedy);
  }

  /// Whole commands: of this noun by another name, of another noun by this one (`torpor spawn` is
  /// meant as `torpor job spawn`), or of this noun by a slip.
  private static List<String> meant(CommandSpec command, String word) {
    List<String> verbs =
        Stream.concat(
                Stream.of(word),
                SYNONYMS.getOrDefault(word.toLowerCase(Locale.ROOT), List.of()).stream())
            .toList();
    Collection<CommandLine> own = command.subcommands().values();
    for (String verb : verbs) {
      List<String> here = named(verb, Stream.of(command.commandLine()));
      List<String> exact = here.isEmpty() ? named(verb, own.stream()) : here;
      if (!exact.isEmpty()) {
        return exact;
      }
    }
    return nearest(word, command.subcommands().keySet()).stream()
        .map(name -> command.qualifiedName() + " " + name)
        .toList();
  }

  private static List<String> named(String verb, Stream<CommandLine> nouns) {
    return nouns
        .map(noun -> Optional.ofNullable(noun.getSubcommands().get(verb)))
        .flatMap(Optional::stream)
        .map(found -> found.getCommandSpec().qualifiedName())
        .distinct()
        .toList();
  }

  /// What is short is near to everything.
  private static Optional<String> nearest(String written, Collection<String> known) {
    return written.length() <= SHORT ? Optional.empty() : Suggestion.nearest(written, known);
  }

  private static CommandFailure unknownOption(CommandSpec command, String text) {
    String written = text.replaceFirst("=.*", "");
    List<String> known =
        command.options().stream()
            .flatMap(option -> Stream.of(option.names()))
            .filter(name -> name.startsWith("--"))
            .toList();
    Optional<String> meant =
        Optional.ofNullable(OPTION_SYNONYMS.get(written))
            .filter(known::contains)
            .or(() -> nearest(written, known));
    return CommandFailure.usage(
        shown(command) + " has no option " + written,
        meant
            .map(name -> "did you mean " + name + "?")
            .orElse(command.qualifiedName() + " --help lists the options"));
  }

  private static CommandFailure tooMany(CommandSpec command, List<String> words) {
    String shown = words.stream().map(UsageErrors::quoted).collect(Collectors.joining(" "));
    return CommandFailure.usage(
        shown(command) + " does not know what to do with " + shown, "write " + synopsis(command));
  }

  private static CommandFailure missing(CommandSpec command, List<ArgSpec> missing) {
    Optional<ArgSpec> withoutValue =
        missing.stream().filter(argument -> argument.isOption() && !argument.required()).findAny();
    if (withoutValue.isPresent()) {
      ArgSpec option = withoutValue.get();
      return CommandFailure.usage(
          name(option) + " needs a value", "write " + name(option) + " " + option.paramLabel());
    }
    String needed = missing.stream().map(UsageErrors::name).collect(Collectors.joining(" and "));
    return CommandFailure.usage(shown(command) + " needs " + needed, "write " + synopsis(command));
  }

  private static CommandFailure badValue(CommandSpec command, ParameterException e) {
    if (e.getArgSpec() == null) {
      return CommandFailure.usage(
          String.valueOf(e.getMessage()), command.qualifiedName() + " --help");
    }
    ArgSpec argument = e.getArgSpec();
    String value = e.getValue() == null ? "what is given" : quoted(e.getValue());
    return CommandFailure.usage(
        "%s cannot be %s".formatted(name(argument), value), expected(argument));
  }

  private static String expected(ArgSpec argument) {
    CommandLine.Model.ITypeInfo type = argument.typeInfo();
    if (type.isEnum()) {
      return "write one of "
          + type.getEnumConstantNames().stream()
              .map(name -> name.toLowerCase(Locale.ROOT))
              .collect(Collectors.joining(", "));
    }
    if (type.isBoolean()) {
      return "write " + name(argument) + " without a value";
    }
    boolean whole =
        type.getAuxiliaryTypeInfos().stream()
            .map(CommandLine.Model.ITypeInfo::getClassSimpleName)
            .anyMatch(List.of("int", "long", "Integer", "Long")::contains);
    return whole ? "write a whole number" : "write " + name(argument) + " " + argument.paramLabel();
  }

  /// The command without the program's name, which begins the line already.
  private static String shown(CommandSpec command) {
    return command.qualifiedName().replaceFirst("^torpor ", "");
  }

  /// The command as it is to be written, without its options.
  private static String synopsis(CommandSpec command) {
    return Stream.concat(
            Stream.of(command.qualifiedName()),
            command.positionalParameters().stream().map(UsageErrors::placeholder))
        .collect(Collectors.joining(" "));
  }

  private static String placeholder(PositionalParamSpec parameter) {
    String label = parameter.paramLabel() + (parameter.arity().max() > 1 ? "…" : "");
    return parameter.required() ? label : "[" + label + "]";
  }

  private static String name(ArgSpec argument) {
    return argument instanceof OptionSpec option ? option.longestName() : argument.paramLabel();
  }

  private static String quoted(String text) {
    return "\"" + text + "\"";
  }
}
