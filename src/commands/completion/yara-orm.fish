# Completion of yara-orm for fish. Once:
#   yara-orm completion fish > ~/.config/fish/completions/yara-orm.fish

function __yara_orm_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l program (string replace -r '^~' $HOME -- $words[1])
    set -e words[1]
    set -l found ($program completion "--words=$current" $words 2> /dev/null)
    if test "$found" = ":files"
        set -l option (string match -r '^--[^=]*=' -- $current)
        for path in (__fish_complete_path (string replace -r '^--[^=]*=' '' -- $current))
            echo -- "$option$path"
        end
    else
        printf '%s\n' $found
    end
end

complete -c yara-orm -f -a '(__yara_orm_complete)'
