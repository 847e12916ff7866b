//! What there is to say of rows that are not taken over, or not as a whole. Each code has a part in
//! `docs/from-0.94-to-2.md`.

use alch_blocks::quote;
use serde::Serialize;

use super::ids;
use super::json::text;
use super::rows::{NewRow, OldRow};
use crate::version::is_stage2;

/// What there is to say of a row of 0.94, or of what it stands for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub(crate) struct Remark {
    pub stack: String,
    pub stage: String,
    pub scope: Vec<String>,
    pub id: String,
    /// Alchemy's type of resource.
    pub r#type: String,
    pub code: &'static str,
    pub message: String,
    pub help: String,
    /// Whether no row of its stage may be written.
    pub blocks: bool,
}

/// Why a row has no counterpart.
pub(super) struct Why {
    pub code: &'static str,
    pub message: String,
    pub help: &'static str,
    pub blocks: bool,
}

pub(super) fn check_place(one: &OldRow) -> Result<(), Why> {
    if !ids::is_stack(&one.app) {
        return Err(Why {
            code: "stack-invalid",
            message: format!("Alchemy 2 cannot keep rows of a stack {}", quote(&one.app)),
            help: "write a stack of another name, and adopt the resources with `--adopt`",
            blocks: true,
        });
    }
    if !is_stage2(&one.stage) {
        return Err(Why {
            code: "stage-invalid",
            message: format!("Alchemy 2 refuses the stage {}", quote(&one.stage)),
            help: "keep it on 0.94, or deploy it anew under a name of letters, digits, `-` and `_`",
            blocks: true,
        });
    }
    Ok(())
}

pub(super) fn check_status(one: &OldRow) -> Result<(), Why> {
    let status = text(&one.row, "status").unwrap_or_default();
    if matches!(status, "created" | "updated") {
        return Ok(());
    }
    Err(Why {
        code: "interrupted",
        message: format!("its last deploy did not end: the row is {}", quote(status)),
        help: "deploy the stage with 0.94 to its end first",
        blocks: true,
    })
}

pub(super) fn pending(names: &[String]) -> Why {
    let names: Vec<_> = names.iter().map(|name| quote(name).to_string()).collect();
    Why {
        code: "pending-deletion",
        message: format!("a replacement still has to delete {}", names.join(", ")),
        help: "deploy the stage with 0.94 to its end first",
        blocks: true,
    }
}

pub(super) fn part_of_worker() -> Why {
    Why {
        code: "part-of-worker",
        message: "Alchemy 2 keeps it with its Worker".to_owned(),
        help: "give the Worker `domain` or `routes` where it has some",
        blocks: false,
    }
}

pub(super) fn unknown_type(kind: &str) -> Why {
    Why {
        code: "type-unknown",
        message: format!("rows of the type {} cannot be converted", quote(kind)),
        help: "it stays in the account: declare it in the new program under its name, and adopt it",
        blocks: false,
    }
}

pub(super) fn in_no_stage() -> Why {
    Why {
        code: "stage-none",
        message: "it is at the root of the app, and all stages share it".to_owned(),
        help: "it stays in the account: declare it in one stage of the new program, and adopt it",
        blocks: false,
    }
}

pub(super) fn not_deployed() -> Why {
    Why {
        code: "not-deployed",
        message: "it is emulated on a computer, and the account has nothing of it".to_owned(),
        help: "nothing is to be done",
        blocks: false,
    }
}

pub(super) fn elsewhere() -> Why {
    Why {
        code: "worker-elsewhere",
        message: "it is a version of a Worker, or in a dispatch namespace".to_owned(),
        help: "declare it in the new program, and adopt it",
        blocks: false,
    }
}

pub(super) fn incomplete() -> Why {
    Why {
        code: "row-incomplete",
        message: "its row does not say what Cloudflare calls it".to_owned(),
        help: "deploy the stage with 0.94 once more",
        blocks: true,
    }
}

pub(super) fn account_unknown() -> Why {
    Why {
        code: "account-unknown",
        message: "no row of its stage says in which account it is".to_owned(),
        help: "give the account's id with `--account`",
        blocks: true,
    }
}

pub(super) fn foreign_queue() -> Why {
    Why {
        code: "queue-elsewhere",
        message: "it reads a queue that this stage does not have".to_owned(),
        help: "declare the consumer in the new program: Alchemy 2 takes over that of the same Worker",
        blocks: false,
    }
}

pub(super) fn object_keys(faults: &[String]) -> Why {
    Why {
        code: "durable-object-key",
        message: faults.join("; "),
        help: "with 0.94, bind it under a key that is no class and no id, such as `COUNTER`, use \
               that key in the script, and deploy",
        blocks: true,
    }
}

pub(super) fn workflow_stays(name: &str) -> Why {
    Why {
        code: "workflow-stays",
        message: format!(
            "the workflow {} stays in the account with its instances, and Alchemy 2 makes a new one",
            quote(name)
        ),
        help: "its running instances go on; delete it when they have ended",
        blocks: false,
    }
}

pub(super) fn option_lost(option: &str) -> Why {
    Why {
        code: "option-kept-aside",
        message: format!("Alchemy 2 is not told its option {}", quote(option)),
        help: "what is set at Cloudflare stays as it is until the new program says otherwise",
        blocks: false,
    }
}

pub(super) fn clash(row: NewRow) -> Remark {
    Remark {
        message: format!("another resource of the stage gets the id {}, too", quote(&row.fqn)),
        help: "give one of them another id with 0.94, and deploy".to_owned(),
        stack: row.stack,
        stage: row.stage,
        scope: row.scope,
        id: row.id,
        r#type: row.kind.to_owned(),
        code: "id-clash",
        blocks: true,
    }
}

pub(super) fn not_declared(row: &NewRow) -> Remark {
    Remark {
        stack: row.stack.clone(),
        stage: row.stage.clone(),
        scope: row.scope.clone(),
        id: row.id.clone(),
        r#type: row.kind.to_owned(),
        code: "not-declared",
        message: format!("the program does not declare {} in this stage", quote(&row.name)),
        help: "declare it, or Alchemy 2 deletes it: its guard refuses that as `would-delete`"
            .to_owned(),
        blocks: false,
    }
}
