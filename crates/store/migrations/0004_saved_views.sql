-- Views of a page that somebody kept under a name, for everybody in the workspace.
CREATE TABLE saved_view (
    id UUID PRIMARY KEY,
    workspace_id UUID NOT NULL REFERENCES workspace (id),
    page TEXT NOT NULL,
    name TEXT NOT NULL,
    -- What stands after the question mark of its address.
    query TEXT NOT NULL,
    author_id UUID REFERENCES app_user (id),
    created_at BIGINT NOT NULL,
    UNIQUE (workspace_id, page, name)
);
