/** `completion`: what a shell is given to complete commands, options and stages. */
import { Argument } from "@commander-js/extra-typings";
import { Problem } from "../problem.ts";
import { command, completedBy, ending, finish, oneOf } from "./command.ts";

const SHELLS = ["bash", "zsh", "fish"] as const;

/** What to type, for each of them. */
const INSTALL = `  # bash
  npx @alch/blocks completion bash > ~/.alch-blocks.bash
  echo "source ~/.alch-blocks.bash" >> ~/.bashrc
  # zsh
  npx @alch/blocks completion zsh > ~/.alch-blocks.zsh
  echo "source ~/.alch-blocks.zsh" >> ~/.zshrc
  # fish
  npx @alch/blocks completion fish > ~/.config/fish/conf.d/alch-blocks.fish`;

export default command("completion")
  .summary("complete commands, options and stages in your shell")
  .description(
    "Print a script that has your shell complete commands, options and their values. Stages and apps come from the state and from `alch-blocks.json`. It works for `alch-blocks`, and for `npx @alch/blocks` and `bunx @alch/blocks`.",
  )
  .usage("<shell>")
  .allowExcessArguments(false)
  .addArgument(completedBy(SHELLS, new Argument("[shell]", "`bash`, `zsh` or `fish`")))
  .addHelpText(
    "after",
    ending({
      examples: [["npx @alch/blocks completion bash", "print the script"]],
      notes: [
        `To install it, run the lines of your shell:\n${INSTALL}`,
        `In \`~/.zshrc\`, the line belongs after \`compinit\`. The script starts this
installation of the package: write it again when you move that.`,
      ],
      exit: { 0: "it ran", 2: "it could not run" },
    }),
  )
  .action(async (name) => {
    if (name === undefined) {
      throw new Problem(`\`completion\` needs a shell:\n${INSTALL}`, "run the lines of your shell");
    }
    const shell = SHELLS.find((one) => one === name);
    if (shell === undefined) {
      throw new Problem(`there is no completion for \`${name}\``, oneOf(name, SHELLS));
    }
    const { SCRIPTS } = await import("../completion/scripts.ts");
    const output = SCRIPTS[shell]([process.execPath, process.argv[1] ?? ""]);
    await finish({ output, troubles: [], code: 0 });
  });
