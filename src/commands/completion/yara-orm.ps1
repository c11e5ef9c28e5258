# Completion of yara-orm for PowerShell. Put this into $PROFILE:
#   yara-orm completion powershell | Out-String | Invoke-Expression

Register-ArgumentCompleter -Native -CommandName 'yara-orm' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $elements = @($commandAst.CommandElements | Where-Object { $_.Extent.EndOffset -lt $cursorPosition } | ForEach-Object { $_.Extent.Text })
    $before = @($elements | Select-Object -Skip 1)
    & $elements[0] completion "--words=$wordToComplete" @before 2>$null | ForEach-Object {
        $candidate, $description = $_ -split "`t", 2
        # Without a candidate PowerShell completes files.
        if ($candidate -ne ':files') {
            if (-not $description) { $description = $candidate }
            [System.Management.Automation.CompletionResult]::new($candidate, $candidate, 'ParameterValue', $description)
        }
    }
}
