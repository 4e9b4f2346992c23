namespace DistConv.Cli.Commands.Completion;

/// <summary>What a shell needs in order to ask distconv how a line could go on: the directive <c>[suggest:POSITION]</c> of System.CommandLine.</summary>
internal static class CompletionScripts
{
    // The program is the word that was typed, so that a path works, too; the line that is sent always begins with its name.
    private const string Bash = """
        # In ~/.bashrc:  eval "$(distconv completion bash)"
        _distconv() {
            local program="${COMP_WORDS[0]/#\~/$HOME}" current="${COMP_WORDS[COMP_CWORD]}" line="${COMP_LINE:0:COMP_POINT}"
            [[ $line == *' '* ]] && line="distconv ${line#* }" || return 0
            local found
            found="$("$program" "[suggest:${#line}]" "$line" 2>/dev/null | grep -v '^[-/][?h]$')"
            local IFS=$'\n'
            COMPREPLY=($(compgen -W "$found" -- "$current"))
        }
        complete -o default -F _distconv distconv
        """;

    private const string Zsh = """
        #compdef distconv
        # In ~/.zshrc, after compinit:  eval "$(distconv completion zsh)"
        _distconv() {
            local line="distconv ${LBUFFER#* }"
            local -a found
            found=(${(f)"$(distconv "[suggest:${#line}]" "$line" 2>/dev/null | grep -v '^[-/][?h]$')"})
            if (( ${#found} )); then compadd -- $found; else _files; fi
        }
        compdef _distconv distconv
        """;

    private const string Fish = """
        # In ~/.config/fish/config.fish:  distconv completion fish | source
        function __distconv_complete
            set -l line (commandline --cut-at-cursor --current-process | string collect)
            distconv "[suggest:"(string length -- "$line")"]" "$line" 2>/dev/null | string match --invert --regex '^[-/][?h]$'
        end
        complete --command distconv --arguments '(__distconv_complete)'
        """;

    private const string PowerShell = """
        # In $PROFILE:  distconv completion powershell | Out-String | Invoke-Expression
        Register-ArgumentCompleter -Native -CommandName distconv -ScriptBlock {
            param($wordToComplete, $commandAst, $cursorPosition)
            $line = "$commandAst".PadRight($cursorPosition)
            distconv "[suggest:$($line.Length)]" "$line" 2>$null | Where-Object { $_ -like "$wordToComplete*" -and $_ -notmatch '^[-/][?h]$' } |
                ForEach-Object { [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_) }
        }
        """;

    /// <summary>The scripts by shell.</summary>
    public static IReadOnlyDictionary<string, string> ByShell { get; } = new Dictionary<string, string>
    {
        ["bash"] = Bash,
        ["zsh"] = Zsh,
        ["fish"] = Fish,
        ["powershell"] = PowerShell,
    };
}
