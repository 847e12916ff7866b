import "alchemy/cloudflare";
